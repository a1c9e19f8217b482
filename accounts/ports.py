"""What rooms above give to the pages of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interface.panel.panels import Panels

if TYPE_CHECKING:
    from accounts.models import Account

# Tabs of the account page, such as the orders of its subtree.
panels: Panels[Account] = Panels()
