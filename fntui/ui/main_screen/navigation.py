"""Navigation commands of the main screen: cursor, branches, tabs, filter, order and marks."""

from textual import on
from textual.widgets import Input
from typing_extensions import override

from fntui.core.model.snapshot import AccessKeyKey, TriggerKey
from fntui.ui.main_screen.screen import Browser
from fntui.ui.views.detail.page import Tab, tabs_of
from fntui.ui.views.selection import Node, UnreadableNode, parent_of
from fntui.ui.views.view_context import Sort
from fntui.ui.widgets.cursor_actions import Moves
from fntui.ui.widgets.pane import Pane


class Looking(Moves, Browser, inherit_bindings=False):
    """The commands that change what is seen, and nothing else."""

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While the filter is typed, its letters are no commands."""
        return action == "back" or self.focused is None

    # Moving

    def action_collapse(self) -> None:
        """Close the branch, or go to what is above it; from the detail, go to the tree."""
        if self._detail.is_active:
            self.activate(self._tree)
        elif self.selected in self.sight.expanded:
            self.change_sight(expanded=self.sight.expanded - {self.selected})
        elif parent := parent_of(self.selected):
            self._tree.move_to(parent)

    def action_expand(self) -> None:
        """Open the branch."""
        if self._tree.is_active and _is_branch(self.selected):
            self.change_sight(expanded=self.sight.expanded | {self.selected})

    def action_open(self) -> None:
        """Open the branch, if it is open go to the detail, from there to what it lists."""
        if self._detail.is_active:
            if self._detail.cursor_key is not None:
                self.reveal(self.target)
        elif _is_branch(self.selected) and self.selected not in self.sight.expanded:
            self.action_expand()
        else:
            self.activate(self._detail)

    def action_back(self) -> None:
        """Stop waiting, or undo the newest narrowing of the view; never quit."""
        if self.focused is None and self.fntui.waits.stop():
            self.draw_footer()
        elif self.focused is not None or self.sight.needle:
            self.close_filter(is_kept=False)
        elif self.sight.marks:
            self.change_sight(marks=frozenset[Node]())
        elif self.sight.is_problems_only:
            self.change_sight(is_problems_only=False)
        elif self._is_zoomed:
            self.action_zoom()
        else:
            self.activate(self._tree)

    def action_next_pane(self) -> None:
        """Go to the other pane."""
        self.activate(self._tree if self._detail.is_active else self._detail)

    def action_tree_pane(self) -> None:
        """Go to the tree."""
        self.activate(self._tree)

    def action_detail_pane(self) -> None:
        """Go to the detail."""
        self.activate(self._detail)

    def action_previous_tab(self) -> None:
        """Show the tab to the left."""
        self._turn_tab(-1)

    def action_next_tab(self) -> None:
        """Show the tab to the right."""
        self._turn_tab(1)

    def _turn_tab(self, step: int) -> None:
        tabs = tabs_of(self.selected)
        here = tabs.index(self.tab) if self.tab in tabs else 0
        self.show_tab(tabs[(here + step) % len(tabs)])

    def show_tab(self, tab: Tab) -> None:
        """Show this tab of the detail."""
        self.tab = tab
        self._draw_detail(self.shown_now())
        self._detail.scroll_to_top()

    @on(Pane.Opened)
    def _open_clicked(self) -> None:
        self.action_open()

    # Seeing

    def action_filter(self) -> None:
        """Open the field of the filter."""
        # Both take effect at once, unlike a class and focus(): the next key may be in the queue.
        self.filter_input.display = True
        self.set_focus(self.filter_input)

    def close_filter(self, *, is_kept: bool) -> None:
        """Close the field; the filter stays if ``is_kept``."""
        if not is_kept:
            self.filter_input.value = ""
            self.change_sight(needle="")
        self.set_focus(None)
        self.filter_input.display = False

    @on(Input.Changed, "#filter")
    def _filter_changed(self, event: Input.Changed) -> None:
        self.change_sight(needle=event.value)

    @on(Input.Submitted, "#filter")
    def _filter_submitted(self) -> None:
        self.close_filter(is_kept=True)

    def action_problems(self) -> None:
        """Show problems only, or everything."""
        self.change_sight(is_problems_only=not self.sight.is_problems_only)

    def action_sort(self) -> None:
        """Sort the board by the next order."""
        orders = list(Sort)
        here = orders.index(self.sight.sort)
        self.change_sight(sort=orders[(here + 1) % len(orders)])

    def action_zoom(self) -> None:
        """Show the active pane alone, or both."""
        self._is_zoomed = not self._is_zoomed
        self._show_panes()

    def action_times(self) -> None:
        """Show times in UTC or in local time."""
        self.fntui.shows_local_times = not self.fntui.shows_local_times
        self.redraw()

    def action_theme(self) -> None:
        """Show the next theme."""
        self.fntui.show_next_theme()
        self.redraw()

    def action_mouse(self) -> None:
        """Use the mouse, or leave it to the terminal, which can select text by it."""
        self.fntui.use_mouse(is_used=not self.fntui.uses_mouse)
        used = "uses the mouse" if self.fntui.uses_mouse else "leaves the mouse to the terminal"
        self.fntui.say(f"fntui {used}.")

    def action_mark(self) -> None:
        """Mark or unmark the trigger, and move on."""
        if isinstance(self.target, TriggerKey):
            self.change_sight(marks=self.sight.marks ^ {self.target})
            self.pane.move(1)

    def action_mark_all(self) -> None:
        """Mark every trigger that the active pane shows; if all are, none."""
        lines = self.pane.lines
        keys = map(lines.key, lines.keyed)
        shown = {key for key in keys if isinstance(key, TriggerKey)}
        if not shown:
            self.fntui.say("No trigger is shown in this pane, so there is nothing to mark.")
            return
        rest = self.sight.marks - shown
        self.change_sight(marks=rest if shown <= self.sight.marks else self.sight.marks | shown)


def _is_branch(node: Node) -> bool:
    return not isinstance(node, (TriggerKey, AccessKeyKey, UnreadableNode))
