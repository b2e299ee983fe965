"""What can be told of a query without a store: scopes, placement, names."""
