"""What dialogs and tabs are made of: choosers, prompts and fields."""

from __future__ import annotations

import pytest
from textual import events

from services.records import Choice
from tests.widgets.support import check_golden, choices, showing
from widgets.field_list import FieldLine, FieldList
from widgets.picker import Picker
from widgets.text_prompt import TextPrompt


async def test_somebody_types_a_part_of_a_name_and_picks() -> None:
    picker = Picker([Choice(1, "Mia Berg", "Support"), Choice(2, "Ole Dahl", "Sales"), Choice(3, "Mia Dahl", "Sales")])
    async with showing(picker, size=(60, 12)) as (app, pilot):
        await pilot.type("dahl mi")
        assert "Mia Dahl" in pilot.text() and "Ole" not in pilot.text()
        await pilot.press("enter")
        assert [message.ids for message in app.all_heard(Picker.Picked)] == [(3,)]
        await pilot.type("zzz")
        assert "nothing matches" in pilot.text()
        await pilot.press("enter")
        assert len(app.all_heard(Picker.Picked)) == 1
        picker.set_filter("sales")
        await pilot.settle()
        await pilot.press("down", "enter")
        assert app.all_heard(Picker.Picked)[-1].ids == (3,)


async def test_several_can_be_picked_in_the_order_of_the_list() -> None:
    picker = Picker(choices("one", "two", "three", "four"), multiple=True, chosen=[4])
    async with showing(picker, size=(60, 12)) as (app, pilot):
        await pilot.press("up", "up", "space")
        assert "[x] two" in pilot.text() and "[x] four" in pilot.text()
        await pilot.type("one")
        await pilot.press("enter")
        assert [message.ids for message in app.all_heard(Picker.Picked)] == [(2, 4)]
        await pilot.press("space", "space")
        assert picker.chosen_ids == (2, 4)


async def test_an_owner_can_filter_itself() -> None:
    picker = Picker(choices("one"), external=True)
    async with showing(picker, size=(60, 12)) as (app, pilot):
        await pilot.type("x")
        assert [message.text for message in app.all_heard(Picker.FilterChanged)] == ["x"]
        picker.set_choices(choices("from elsewhere"))
        await pilot.settle()
        assert "from elsewhere" in pilot.text()


async def test_a_click_picks_one_and_marks_several() -> None:
    for multiple, picked in ((False, [(2,)]), (True, [])):
        picker = Picker(choices("one", "two"), multiple=multiple)
        async with showing(picker, size=(60, 12)) as (app, pilot):
            rows = picker._list
            rows.post_message(events.Click(rows, 5, 1, 0, 0, 1, False, False, False, 5, 1, None))
            await pilot.settle()
            await pilot.settle()
            assert [message.ids for message in app.all_heard(Picker.Picked)] == picked
            assert picker.chosen_ids == (2,)


async def test_an_error_leaves_what_was_typed_and_goes_with_the_next_key() -> None:
    prompt = TextPrompt("Due date", "tomorow")
    async with showing(prompt, size=(60, 6)) as (app, pilot):
        await pilot.press("enter")
        assert [message.value for message in app.all_heard(TextPrompt.Submitted)] == ["tomorow"]
        prompt.set_error("“tomorow” is no date. Type for example [tomorrow 9am].")
        await pilot.settle()
        assert pilot.lines()[:3] == [
            "Due date",
            "tomorow",
            "! “tomorow” is no date. Type for example [tomorrow 9am].",
        ]
        await pilot.press("!")
        assert (prompt.value, prompt.error) == ("tomorow!", "")
        assert pilot.lines()[2] == ""
        assert [message.value for message in app.all_heard(TextPrompt.Changed)] == ["tomorow!"]
        prompt.value = "other"
        await pilot.settle()
        assert pilot.lines()[1] == "other"


async def test_a_password_is_not_shown() -> None:
    prompt = TextPrompt("Password", password=True)
    async with showing(prompt, size=(60, 6)) as (_, pilot):
        await pilot.type("secret")
        assert prompt.value == "secret" and "secret" not in pilot.text()


def general() -> list[FieldLine]:
    return [
        FieldLine("h1", "Ticket", "", heading=True),
        FieldLine("subject", "Subject", "Printer on the second floor"),
        FieldLine("status", "Status", "Hold", tone="warning"),
        FieldLine("number", "Number", "0500-1000", False),
        FieldLine("h2", "Text", "", heading=True),
        FieldLine("description", "Description", "It does not print.\n\nIt did yesterday. " + "Really. " * 12),
        FieldLine("resolution", "Resolution", "", False, "only on closed tickets"),
    ]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_fields_look_like_this(size: tuple[int, int]) -> None:
    fields = FieldList(general())
    async with showing(fields, size=size) as (_, pilot):
        fields.move(3)
        await pilot.settle()
        check_golden(f"field_list_{size[0]}x{size[1]}", pilot.text())


async def test_the_cursor_passes_over_headings_and_asks_to_edit() -> None:
    fields = FieldList(general())
    async with showing(fields, size=(80, 24)) as (app, pilot):
        visited = [fields.cursor_field]
        for _ in range(6):
            fields.move(1)
            visited.append(fields.cursor_field)
        assert visited == ["subject", "status", "number", "description", "resolution", "resolution", "resolution"]
        fields.edit_cursor()
        fields.first()
        fields.edit_cursor()
        fields.last()
        fields.to_field("status")
        await pilot.settle()
        assert [message.field_id for message in app.all_heard(FieldList.EditWanted)] == ["subject"]
        refused = app.all_heard(FieldList.Refused)
        assert [(message.field_id, message.reason) for message in refused] == [("resolution", "only on closed tickets")]
        fields.post_message(events.Click(fields, 15, 1, 0, 0, 1, False, False, False, 15, 1, None, 2))
        await pilot.settle()
        assert app.all_heard(FieldList.EditWanted)[-1].field_id == "subject"


async def test_a_changed_value_is_painted_and_no_other() -> None:
    fields = FieldList(general())
    async with showing(fields, size=(80, 24)) as (app, pilot):
        fields.move(1)
        await pilot.settle()
        app.taken()
        newer = general()
        newer[1] = newer[1]._replace(value="Printer on the third floor")
        fields.set_fields(newer)
        await pilot.settle()
        assert "third floor" in pilot.text() and fields.cursor_field == "status"
        assert 0 < app.taken() < 200


async def test_long_values_scroll_by_page() -> None:
    lines = "\n".join(f"line {number}" for number in range(60))
    fields = FieldList([FieldLine("a", "A", "short"), FieldLine("d", "Text", lines), FieldLine("z", "Z", "end")])
    async with showing(fields, size=(60, 10)) as (_, pilot):
        seen: list[str] = []
        for _ in range(8):
            seen += pilot.lines()
            fields.page(1)
            await pilot.settle()
        assert sum("line" in line for line in dict.fromkeys(seen)) >= 60
        assert fields.cursor_field == "z"
        for _ in range(9):
            fields.page(-1)
        assert fields.cursor_field == "a"
        fields.set_fields([])
        fields.move(1)
        fields.edit_cursor()
        await pilot.settle()
        assert fields.cursor_field is None
