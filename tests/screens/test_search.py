"""Searching as a technician meets it: filtering a view, searching everything, completion, faults, kept searches."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from models import Account, SavedSearch, database
from models.binding import connection, open_database
from screens.main import MainScreen
from services import clock, preferences, searches
from services.search import newest
from services.search.rebuild import rebuild
from tests.support.desk_app import desk_app
from tests.support.pilot import FastPilot
from tests.support.small_desk import COMPLETED, HOLD, NOON, SmallDesk
from widgets.ticket_list import TicketList

HOSTILE = "Evil\x1b]0;x\x07\u202e[bold]$bell\nname"


@pytest.fixture
def desk(desk_url: str) -> Iterator[SmallDesk]:
    open_database(desk_url)
    with connection(), clock.frozen(NOON):
        desk = SmallDesk()
        desk.ticket("Printer on fire", in_inbox=1, description="The printer in room 3 smokes.")
        desk.ticket("Mail is slow", in_inbox=1, description="Since Monday.")
        desk.ticket("New printer wanted", status=HOLD, manager="Bob")
        desk.ticket("Old printer broken", status=COMPLETED, resolution="Solved")
        desk.ticket("Gone printer", archived=1)
        rebuild(database.obj)
        preferences.put(desk.session("Ada"), "main", {"start": "open"})
        yield desk


def subjects(pilot: FastPilot) -> list[str]:
    """The subjects in the list, from top to bottom, without the views beside it."""
    known = ("Printer on fire", "Mail is slow", "New printer wanted", "Old printer broken", "Gone printer")
    lines = [line.rpartition("▕")[2] for line in pilot.lines()[2:16]]
    return [subject for line in lines for subject in known if f" {subject}" in line and "0500-" in line]


def head(pilot: FastPilot) -> str:
    return pilot.lines()[0]


async def until_kept(pilot: FastPilot, beginning: str) -> None:
    """Wait until nobody types any more and the head begins so."""
    await pilot.until(lambda: head(pilot).startswith(beginning) and " Keep " not in pilot.lines()[-1])


async def until_found(pilot: FastPilot, *wanted: str) -> None:
    await pilot.until(lambda: subjects(pilot) == list(wanted))


async def test_narrows_the_view_while_one_types_and_esc_puts_everything_back(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.press("down")
        await pilot.press("/")
        assert head(pilot).startswith(" Open / ")
        await pilot.type("prin")
        await until_found(pilot, "New printer wanted", "Printer on fire")
        assert head(pilot).startswith(" Open / prin") and head(pilot).endswith("1 / 2")
        await pilot.type("ter on")
        await until_found(pilot, "Printer on fire")
        await pilot.press("escape")
        await until_found(pilot, "New printer wanted", "Mail is slow", "Printer on fire")
        assert head(pilot).endswith("2 / 3") and "/ prin" not in head(pilot)
        await pilot.press("down")
        await pilot.until(lambda: head(pilot).endswith("3 / 3"))


async def test_enter_keeps_the_search_and_slash_goes_on_with_it(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.type("/printer\n")
        await until_found(pilot, "New printer wanted", "Printer on fire")
        await until_kept(pilot, " Open / printer")
        await pilot.press("down")
        await pilot.until(lambda: head(pilot).endswith("2 / 2"))
        await pilot.type("/ fire")
        await until_found(pilot, "Printer on fire")
        await pilot.press("enter", "escape")
        await until_found(pilot, "New printer wanted", "Mail is slow", "Printer on fire")
        await pilot.until(lambda: "/ " not in head(pilot)[:30])


async def test_another_view_forgets_the_search(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.type("/printer\n")
        await until_found(pilot, "New printer wanted", "Printer on fire")
        await pilot.press("1")
        await until_found(pilot, "Mail is slow", "Printer on fire")
        await pilot.until(lambda: head(pilot).startswith(" Inbox") and "printer" not in head(pilot))


async def test_f3_searches_everything_but_the_archive_unless_that_is_asked_for(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Dora"), (100, 30)) as pilot:
        await pilot.until_shows("Nothing is assigned to you")
        await pilot.press("t")
        await pilot.until_shows("Mail is slow")
        await pilot.press("f3")
        assert head(pilot).startswith(" Search all / ")
        await pilot.type("printer")
        await pilot.until(
            lambda: sorted(subjects(pilot)) == ["New printer wanted", "Old printer broken", "Printer on fire"]
        )
        await pilot.type(" is:archived\n")
        await until_found(pilot, "Gone printer")
        await until_kept(pilot, " Search all / printer is:archived")


async def test_f3_comes_back_from_the_ticket_and_the_ticket_marks_what_was_found(desk: SmallDesk) -> None:
    fire = 1
    desk.entry(fire, "note", "Nothing here.\nThe printer was unplugged.", actor="Bob")
    desk.entry(fire, "note", "Another word.", actor="Bob")
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.type("/smokes\n")
        await until_found(pilot, "Printer on fire")
        await pilot.press("enter")
        await pilot.until_shows("The printer in room 3 smokes.")
        assert "smokes" in underlined(pilot)
        await pilot.press("f3")
        await pilot.until(lambda: head(pilot).startswith(" Search all /"))
        await pilot.type("printer room\n")
        await until_found(pilot, "Printer on fire")
        await pilot.press("enter")
        await pilot.until_shows("The printer in room 3 smokes.")
        await pilot.press("semicolon", "semicolon", "semicolon")
        await pilot.until_shows("The printer was unplugged.")
        await pilot.until(lambda: "printer" in underlined(pilot))


def underlined(pilot: FastPilot) -> list[str]:
    strips = pilot.app.screen._compositor.render_strips()
    return [each.text.strip() for strip in strips for each in strip if each.style and each.style.underline]


async def test_marks_the_words_in_the_list_also_under_the_cursor(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.type("/prin\n")
        await until_found(pilot, "New printer wanted", "Printer on fire")
        await pilot.until(lambda: {"printer", "Printer"} <= set(underlined(pilot)))
        await pilot.press("escape")
        await pilot.until(lambda: "printer" not in underlined(pilot))


async def test_completes_fields_and_values_and_takes_enter_only_for_what_was_chosen(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.type("/stat")
        await pilot.until_shows(" status: ")
        await pilot.press("tab")
        await pilot.until_shows("all open ones")
        await pilot.type("Ho")
        await pilot.until(lambda: "all open ones" not in pilot.text())
        await pilot.press("down", "enter")
        await pilot.until(lambda: head(pilot).startswith(" Open / status:Hold"))
        await until_found(pilot, "New printer wanted")
        await pilot.type(",In")
        await pilot.until_shows(" In House")
        await pilot.press("escape")
        assert head(pilot).startswith(" Open / status:Hold,In")
        await pilot.press("enter")
        await until_kept(pilot, " Open / status:Hold,In")


async def test_a_fault_is_marked_told_and_leaves_the_last_good_result(
    desk: SmallDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.search_bar._PAUSE_SECONDS", 0)
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.type("/printer")
        await until_found(pilot, "New printer wanted", "Printer on fire")
        await pilot.type(" colour:red")
        await pilot.until_shows("! “colour” is no field")
        assert "colour" in underlined(pilot)
        await pilot.press("enter")
        assert head(pilot).startswith(" Open / printer colour:red")
        await pilot.press(*["backspace"] * 11)
        await pilot.until(lambda: "is no field" not in pilot.text())
        await until_found(pilot, "New printer wanted", "Printer on fire")
        await pilot.press("enter")
        await until_kept(pilot, " Open / printer")


async def test_esc_closes_what_is_not_understood_also_from_another_part(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("New printer wanted")
        main = pilot.app.screen
        assert isinstance(main, MainScreen)
        await pilot.type("/printer)")
        await pilot.press("shift+tab")
        await pilot.until(lambda: not main.search_bar.has_focus)
        assert head(pilot).startswith(" Open / printer)")
        await pilot.press("escape")
        await pilot.until(lambda: not main.search_bar.is_open)
        assert main.focused is main.tickets and head(pilot).split() == ["Open", "1", "/", str(main.tickets.total)]


def listed(pilot: FastPilot) -> list[str]:
    """The subjects of the list, also those below suggestions."""
    tickets = pilot.app.screen.query_one("#tickets", TicketList)
    rows = [tickets.row_for(key) for key in tickets.ids]
    return sorted(row.subject for row in rows if row is not None)


async def test_the_list_follows_what_stands_before_a_half_typed_field_or_phrase(
    desk: SmallDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.search_bar._PAUSE_SECONDS", 0)
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.type("/nothing")
        await until_found(pilot)
        for typed, found in [
            ("printer status:", ["New printer wanted", "Printer on fire"]),
            ("printer status:hold (fi", []),
            ("(printer or mai", ["New printer wanted", "Mail is slow", "Printer on fire"]),
            ('printer "on fir', ["Printer on fire"]),
            ("mail or", ["Mail is slow"]),
        ]:
            await pilot.press("ctrl+u", *["backspace"] * 40)
            await pilot.type(typed)
            await pilot.until(lambda found=found: listed(pilot) == sorted(found))  # type: ignore[misc]
            assert "!" not in "".join(line[:3] for line in pilot.lines()), "half a query is no mistake"
        await pilot.press("enter")
        await pilot.until_shows("! There is nothing after “or”")
        await pilot.press("escape")
        await until_found(pilot, "New printer wanted", "Mail is slow", "Printer on fire")


async def test_the_last_line_tells_the_way_out_of_marks_and_of_a_search(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada"), (80, 24)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.type("/nowhere\n")
        await pilot.until(lambda: "Esc End search" in pilot.lines()[-1])
        await pilot.press("/", "ctrl+u", *["backspace"] * 10)
        await pilot.type("printer\n")
        await until_kept(pilot, " Open / printer")
        await pilot.press("space")
        await pilot.until(lambda: "Esc Unmark" in pilot.lines()[-1] and "? Help" in pilot.lines()[-1])
        await pilot.press("escape")
        await pilot.until(lambda: "Esc End search" in pilot.lines()[-1])
        await pilot.press("escape")
        await pilot.until(lambda: "Esc" not in pilot.lines()[-1])


async def test_remembers_the_last_searches_of_each_person(desk: SmallDesk) -> None:
    ada = desk.session("Ada")
    async with desk_app(ada, (100, 30)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.type("/printer\n")
        await until_found(pilot, "New printer wanted", "Printer on fire")
        await pilot.press("f3")
        await pilot.type("mail\n")
        await until_found(pilot, "Mail is slow")
    assert preferences.get(ada, "searches") == ["mail", "printer"]
    async with desk_app(ada, (100, 30)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.press("/")
        await pilot.settle()
        await pilot.press("up", "up")
        await pilot.until(lambda: head(pilot).startswith(" Open / printer"))
        await until_found(pilot, "New printer wanted", "Printer on fire")
        await pilot.press("down")
        await pilot.until(lambda: head(pilot).startswith(" Open / mail"))
    assert preferences.get(desk.session("Bob"), "searches") is None


async def test_keeps_a_search_under_a_name_with_its_count(desk: SmallDesk) -> None:
    ada = desk.session("Ada")
    async with desk_app(ada, (100, 40)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.press("f3")
        await pilot.type("printer is:open\n")
        await until_kept(pilot, " Search all / printer is:open")
        await pilot.press("E")
        await pilot.until_shows("Save this search")
        await pilot.type("Printers")
        await pilot.press("f3", "ctrl+s")
        await until_kept(pilot, " Printers / printer is:open")
        await pilot.until(lambda: any(line.split("▕")[0].split()[-2:] == ["Printers", "2"] for line in pilot.lines()))
        await pilot.press("6")
        await until_found(pilot, "New printer wanted", "Mail is slow", "Printer on fire")
        await pilot.press("h", "G", "enter")
        await pilot.until(lambda: head(pilot).startswith(" Printers"))
        kept = searches.find(ada, "Printers")
        assert (kept.shared, kept.query) == (True, "printer is:open")


async def test_changes_and_drops_a_kept_search_in_the_pane(desk: SmallDesk) -> None:
    ada = desk.session("Ada")
    searches.save(ada, "Mails", "mail")
    async with desk_app(ada, (100, 40)) as pilot:
        await pilot.until_shows("Mails")
        await pilot.press("h", "G", "E")
        await pilot.until_shows("Change the search")
        await pilot.press(*["backspace"] * 5)
        await pilot.type("Letters\n")
        await pilot.type(" slow")
        await pilot.press("ctrl+s")
        await pilot.until(lambda: searches.visible(ada)[0].name == "Letters")
        await until_kept(pilot, " Letters / mail slow")
        await pilot.press("D")
        await pilot.until_shows("Remove the search “Letters”?")
        await pilot.press("y")
        await pilot.until(lambda: not searches.visible(ada))
        await pilot.until(lambda: "Letters" not in "".join(line.split("▕")[0] for line in pilot.lines()[1:]))


async def test_refuses_a_name_that_is_taken_at_its_line(desk: SmallDesk) -> None:
    ada = desk.session("Ada")
    searches.save(ada, "Mails", "mail")
    async with desk_app(ada, (100, 40)) as pilot:
        await pilot.until_shows("Mails")
        await pilot.type("/printer\n")
        await until_found(pilot, "New printer wanted", "Printer on fire")
        await pilot.press("E")
        await pilot.until_shows("Save this search")
        await pilot.type("mails")
        await pilot.press("ctrl+s")
        await pilot.until_shows("You have a search called “mails” already")
        assert len(searches.visible(ada)) == 1


async def test_says_so_when_a_kept_search_is_not_understood_any_more(desk: SmallDesk) -> None:
    ada = desk.session("Ada")
    kept = searches.save(ada, "Strange", "mail")
    SavedSearch.update(query="nofield:1").where(SavedSearch.id == kept.id).execute()
    async with desk_app(ada, (100, 40)) as pilot:
        await pilot.until_shows("Strange")
        await pilot.until(lambda: any(line.split("▕")[0].split() == ["Strange", "?"] for line in pilot.lines()))
        await pilot.press("h", "G", "enter")
        await pilot.until(lambda: any("is no field" in each.message for each in pilot.app._notifications))
        assert head(pilot).startswith(" Open")


async def test_clients_keep_searches_too_but_share_none(desk: SmallDesk) -> None:
    searches.save(desk.session("Ada"), "Of the desk", "printer", shared=True)
    cleo = desk.session("Cleo")
    preferences.put(cleo, "main", {"start": "open"})
    async with desk_app(cleo, (100, 40)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.type("/mail\n")
        await until_found(pilot, "Mail is slow")
        assert "Of the desk" not in "".join(line.split("▕")[0] for line in pilot.lines())
        await pilot.press("E")
        await pilot.until_shows("Save this search")
        assert "Shared" not in pilot.text() and "F3 Switch" not in pilot.text()
        await pilot.type("Letters")
        await pilot.press("ctrl+s")
        await pilot.until(lambda: [each.name for each in searches.visible(cleo)] == ["Letters"])


async def test_hostile_names_and_texts_are_only_shown(desk: SmallDesk) -> None:
    ada = desk.session("Ada")
    kept = searches.save(ada, "Plain", "mail")
    SavedSearch.update(name=HOSTILE, query=HOSTILE).where(SavedSearch.id == kept.id).execute()
    preferences.put(ada, "searches", [HOSTILE, 7, ""])
    async with desk_app(ada, (100, 40)) as pilot:
        await pilot.until_shows("Evil")
        await pilot.press("/")
        await pilot.settle()
        await pilot.press("up")
        await pilot.paste(HOSTILE)
        await pilot.press("tab")
        for bad in "\x1b\x07\u202e":
            assert bad not in pilot.text()
        await pilot.press("escape", "h", "G", "D")
        await pilot.until_shows("Remove the search")
        for bad in "\x1b\x07\u202e":
            assert bad not in pilot.text()


async def test_shows_a_search_that_somebody_else_shares_and_counts_again(desk: SmallDesk) -> None:
    def counted() -> list[str]:
        return [" ".join(line.split("▕")[0].split()) for line in pilot.lines()]

    async with desk_app(desk.session("Ada"), (100, 40)) as pilot:
        await pilot.until_shows("New printer wanted")
        live = pilot.app.live  # type: ignore[attr-defined]
        await pilot.until(lambda: live._watch is not None and live._watch.ready.is_set())
        kept = searches.save(desk.session("Bob"), "From Bob", "printer is:open", shared=True)
        await pilot.until(lambda: "From Bob 2" in counted())
        searches.change(desk.session("Bob"), kept.id, text="mail")
        await pilot.until(lambda: "From Bob 1" in counted())
        searches.remove(desk.session("Bob"), kept.id)
        await pilot.until(lambda: "From Bob" not in pilot.text())


async def test_a_suggestion_can_be_hostile(desk: SmallDesk) -> None:
    Account.update(name=f"Zebra {HOSTILE}").where(Account.id == desk.globex).execute()
    async with desk_app(desk.session("Ada"), (100, 40)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.type("/account:ze")
        await pilot.until_shows("Zebra Evil")
        for bad in "\x1b\x07\u202e":
            assert bad not in pilot.text()
        await pilot.press("tab")
        await pilot.until(lambda: 'account:"Zebra Evil' in head(pilot))
        for bad in "\x1b\x07\u202e":
            assert bad not in pilot.text()


async def test_help_over_the_line_and_back_leaves_what_was_typed(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.type("/prin")
        await until_found(pilot, "New printer wanted", "Printer on fire")
        await pilot.press("f1")
        await pilot.until_shows("what the keys do here")
        await pilot.press("escape")
        await pilot.until(lambda: head(pilot).startswith(" Open / prin"))
        await pilot.type("ter fire")
        await until_found(pilot, "Printer on fire")
        await pilot.press("enter")
        await until_kept(pilot, " Open / printer fire")


async def test_a_search_can_be_sorted_by_any_column_and_come_back_to(desk: SmallDesk) -> None:
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.press("f3")
        await pilot.type("printer\n")
        await until_kept(pilot, " Search all / printer")
        await pilot.press("greater_than_sign", "greater_than_sign", "s")
        await until_found(pilot, "New printer wanted", "Old printer broken", "Printer on fire")
        await pilot.press("1")
        await until_found(pilot, "Mail is slow", "Printer on fire")
        await pilot.press("left_parenthesis")
        await until_kept(pilot, " Search all / printer")
        await until_found(pilot, "New printer wanted", "Old printer broken", "Printer on fire")
        await pilot.until(lambda: "printer" in underlined(pilot))


async def test_who_may_not_see_others_finds_nothing_of_theirs(desk: SmallDesk) -> None:
    bob = desk.session("Bob", without=("view_others",))
    preferences.put(bob, "main", {"start": "open"})
    searches.save(bob, "Printers", "printer")
    async with desk_app(bob, (100, 40)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.press("f3")
        await pilot.type("printer\n")
        await until_kept(pilot, " Search all / printer")
        await until_found(pilot, "New printer wanted")
        await pilot.until(lambda: any(line.split("▕")[0].split() == ["Printers", "1"] for line in pilot.lines()))


async def test_all_that_match_are_more_than_the_best(desk: SmallDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest, "NEWEST", 2)
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.press("f3")
        await pilot.type("printer or status:hold\n")
        await until_kept(pilot, " Search all / printer or status:hold")
        await pilot.until(lambda: "1 / 2+" in head(pilot))
        await pilot.press("ctrl+a")
        told = "The 2 best matches are marked. More tickets match; s sorts them by a column and lists all."
        await pilot.until(lambda: told in [each.message for each in pilot.app._notifications])
        await pilot.press("escape", "ctrl+x")
        await pilot.until_shows("Export all tickets that match")
        await pilot.press("escape", "s")
        await pilot.until(lambda: head(pilot).endswith(" 3") and "+" not in head(pilot))


async def test_the_order_of_what_was_found_is_read_whatever_is_typed_next(
    desk: SmallDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("searching", "list_controller"):
        monkeypatch.setattr(f"screens.main.{place}.FIRST_ROWS", 1)
    async with desk_app(desk.session("Ada"), (100, 30)) as pilot:
        await pilot.until_shows("New printer wanted")
        await pilot.press("f3")
        await pilot.type("is:open")
        await pilot.until(lambda: "1 / 3" in head(pilot))
        await pilot.type(" status:open nothing:else")
        await pilot.until_shows("is no field to look in")
        await pilot.until(lambda: head(pilot).endswith("1 / 3"))
