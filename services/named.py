"""Named tuples that cost next to nothing until the first of them is made.

Each class of typing's own compiles a function and the annotation of every field when its module is imported. Where a
process starts for one mail, that took a quarter of its time, for classes of which it makes few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    from _collections import _tuplegetter

    def _make(cls: type, values: Any) -> Any:
        made = tuple.__new__(cls, values)
        if len(made) != len(cls._fields):
            raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
        return made

    def _replace(self: Any, /, **changed: Any) -> Any:
        made = self._make(map(changed.pop, self._fields, self))
        if changed:
            raise ValueError(f"Got unexpected field names: {list(changed)!r}")
        return made

    def _asdict(self: Any) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def _repr(self: Any) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"{type(self).__name__}({shown})"

    def _first(cls: type, /, *values: Any, **named: Any) -> Any:
        """Make the first tuple of a class, after the function that makes all the others."""
        owner = next(one for one in cls.__mro__ if "_fields" in one.__dict__)
        fields = ", ".join(owner._fields)
        made = eval(f"lambda _cls, {fields}: _new(_cls, ({fields},))", {"_new": tuple.__new__, "__builtins__": {}})
        made.__defaults__ = tuple(owner._field_defaults.values())
        made.__name__, made.__qualname__ = "__new__", f"{owner.__qualname__}.__new__"
        owner.__new__ = staticmethod(made)
        return made(cls, *values, **named)

    class _Maker(type):
        """Makes a class of tuples of the body of a class."""

        def __new__(maker, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(maker, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            if fields[len(fields) - len(defaults) :] != tuple(defaults):
                raise TypeError(f"A field of {name} without a default follows one that has a default.")
            getters = {field: _tuplegetter(place, "") for place, field in enumerate(fields)}
            return type.__new__(type, name, (tuple,), _SHARED | getters | body | {
                "__slots__": (), "__match_args__": fields, "_fields": fields, "_field_defaults": defaults,
            })  # fmt: skip

    _SHARED = {
        "__new__": _first,
        "__repr__": _repr,
        "__getnewargs__": lambda self: tuple(self),
        "_make": classmethod(_make),
        "_replace": _replace,
        "_asdict": _asdict,
    }

    class NamedTuple(metaclass=_Maker):
        """What typing's is: the base of a class whose annotations are the fields of a tuple."""


__all__ = ["NamedTuple"]
