"""The variables of a SONATA config: ``$BASE_DIR/nodes.h5`` -> a path."""

from __future__ import annotations

import re
from pathlib import Path

from connstore.errors import IngestError, did_you_mean

_VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w+)\}|(?P<plain>\w+))")


class Variables:
    """The manifest of one config file.

    Both spellings are known, ``$NAME`` and BMTK's ``${NAME}``; so are BMTK's own ``${configdir}``
    (where the config lies) and ``${workingdir}`` (where the program runs).

    Args:
        config: Path of the config.
        manifest: Variable -> text, as the config has it.
        name: What messages call the config.

    Raises:
        IngestError: A variable has no name, or its text leads back to itself.
    """

    def __init__(self, config: Path, manifest: dict[str, str], name: str) -> None:
        self._directory, self._name = config.parent, name
        self._texts = {"configdir": str(config.parent), "workingdir": str(Path.cwd())}
        for key, text in manifest.items():
            bare = _VARIABLE.fullmatch(key)
            if bare is None:
                raise IngestError(
                    f"manifest: {key!r} is no variable such as '$BASE_DIR'", file=name
                )
            self._texts[bare["braced"] or bare["plain"]] = text
        for variable in self._texts:
            self._value(variable, ())

    def path(self, text: str) -> Path:
        """The path that a text of the config means; relative ones begin at the config.

        Raises:
            IngestError: It uses a variable that the manifest lacks.

        Example:
            >>> config = Path("/data/circuit_config.json")
            >>> variables = Variables(config, {"$A": "./nodes", "$AB": "$A/b"}, config.name)
            >>> variables.path("${AB}/n.h5").as_posix(), variables.path("$A.h5").as_posix()
            ('/data/nodes/b/n.h5', '/data/nodes.h5')
        """
        return self._directory / self._resolved(text, ())

    def _resolved(self, text: str, inside: tuple[str, ...]) -> str:
        def replace(found: re.Match[str]) -> str:
            if (braced := found["braced"]) is not None:
                return self._value(braced, inside)
            # Plain names end where they may: $A_nodes is $A_nodes, or else $A before "_nodes".
            plain: str = found["plain"]
            for end in range(len(plain), 0, -1):
                if plain[:end] in self._texts:
                    return self._value(plain[:end], inside) + plain[end:]
            return self._value(plain, inside)

        return _VARIABLE.sub(replace, text)

    def _value(self, variable: str, inside: tuple[str, ...]) -> str:
        if variable not in self._texts:
            hint = did_you_mean(variable, self._texts)
            raise IngestError(f"the manifest has no variable ${variable}.{hint}", file=self._name)
        if variable in inside:
            raise IngestError(
                f"manifest: the variable ${variable} leads back to itself", file=self._name
            )
        return self._resolved(self._texts[variable], (*inside, variable))
