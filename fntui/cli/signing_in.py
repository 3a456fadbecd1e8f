"""Signs in without the screen, for the commands that print."""

from fntui.cli.process import FAILED, Refusal, complain
from fntui.cli.waiting import unless_quick
from fntui.core.accounts import Accounts
from fntui.core.session import Session


async def sign_in(accounts: Accounts, profile: str) -> Session:
    """Return a session of the profile in which nothing was read yet.

    Raises:
        Refusal: If there is no token.
    """
    await accounts.loaded()  # or it would be told of as a wait for the token
    found = await unless_quick(accounts.find_token(profile), "the token")
    if found is None:
        notes = await accounts.search_notes(profile)
        raise Refusal(" ".join(notes) or f"There is no API token for profile {profile}.", FAILED)
    if found.warning:
        complain(found.warning)
    return accounts.connect(profile, found, lambda _: None)
