"""What is true of every source, whatever its driver: each driver's tests subclass this."""

from collections.abc import Callable, Iterator

import pytest

from gateway.connectors.source import PAGE_ROWS, Fault, Page, RegistrySource, SourceError
from gateway.registry.imports.vocabulary import FILES

KEYS = {
    "beneficiaries": {"registration_no"},
    "payments": {"registration_no", "cycle"},
    "visits": {"registration_no", "visit"},
}


class Conformance:
    """Subclasses give `source`: one over a server with some hundred changes, and `faulty`: makes
    one whose server has the fault of that name from the second page on."""

    @pytest.fixture
    def source(self) -> Iterator[RegistrySource]:
        raise NotImplementedError

    @pytest.fixture
    def faulty(self) -> Callable[[Fault], RegistrySource]:
        raise NotImplementedError

    def test_what_it_checks_it_says(self, source: RegistrySource):
        assert source.check()

    def test_its_rows_speak_of_columns_that_files_have(self, source: RegistrySource):
        for page in source.pages(None):
            assert page.names <= set(FILES[page.kind])
            assert KEYS[page.kind] <= page.names
            for row in page.rows:
                assert set(row) <= set(FILES[page.kind])
                assert all(isinstance(value, str) for value in row.values())

    def test_what_is_withdrawn_is_named_by_its_keys(self, source: RegistrySource):
        for page in source.pages(None):
            assert all(KEYS[page.kind] <= set(one) for one in page.deleted)

    def test_a_page_is_never_larger_than_a_page(self, source: RegistrySource):
        assert all(len(page.rows) <= PAGE_ROWS for page in source.pages(None))

    def test_it_goes_on_behind_any_page(self, source: RegistrySource):
        """Whatever page was the last to be applied, all that came after it comes again."""
        whole = list(source.pages(None))
        assert len(whole) > 1
        for number, page in enumerate(whole[:-1]):
            rest = _said(source.pages(page.cursor))
            assert _said(whole[number + 1 :]) <= rest

    def test_behind_the_last_page_little_comes_again(self, source: RegistrySource):
        whole = list(source.pages(None))
        again = list(source.pages(whole[-1].cursor))
        assert _said(again) <= _said(whole)
        assert len(_said(again)) < len(_said(whole))

    @pytest.mark.parametrize(
        "fault", [Fault.UNREACHABLE, Fault.REFUSED, Fault.THROTTLED, Fault.MALFORMED]
    )
    def test_a_fault_between_pages_says_which(
        self, fault: Fault, faulty: Callable[[Fault], RegistrySource]
    ):
        pages = faulty(fault).pages(None)
        with pytest.raises(SourceError) as raised:
            list(pages)
        assert raised.value.fault == fault


def _said(pages: Iterator[Page] | list[Page]) -> set[tuple[str, ...]]:
    """Each row and each withdrawal, for comparing."""
    return {
        (page.kind, *(f"{name}={value}" for name, value in sorted(row.items())))
        for page in pages
        for row in (*page.rows, *page.deleted)
    }
