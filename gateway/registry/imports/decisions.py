"""What a person has decided about a file after its check."""

from dataclasses import dataclass

PlaceKey = tuple[str, str, str]  # kind of place, the district or province it lies in, name


@dataclass(frozen=True)
class Decisions:
    """`new` are the places that are new indeed, with `every_new` all of them.

    With `known_only` any other new place is a fault. `take` names the columns in which the file
    stands over what staff have set here: of payments `due_on`, `amount` and `pay_point`.
    """

    new: frozenset[PlaceKey] = frozenset()
    every_new: bool = False
    known_only: bool = False
    take: frozenset[str] = frozenset()

    def confirms(self, key: PlaceKey) -> bool:
        return self.every_new or key in self.new


NOBODY = Decisions()  # has decided anything
