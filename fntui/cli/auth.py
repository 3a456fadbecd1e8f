"""``fntui auth login | status | logout``: what the sign-in screen does, without the screen."""

import getpass
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

from fntui.accounts import ConfiguredAccounts
from fntui.cli.process import FAILED, INTERRUPTED, Refusal, as_line, complain, say
from fntui.cli.waiting import wait_for
from fntui.config import check_profile_name
from fntui.core.model.problem import Problem
from fntui.core.model.profile import FoundToken
from fntui.threads import run_to_end
from fntui.tokens import sources
from fntui.tokens.errors import TokenSourceError
from fntui.tokens.sources import Search

_KEYRING: Final = "the keyring"
_API: Final = "the API"
_OTHER_WAYS: Final = (
    "Without a keyring, a token may come from the environment (DIGITALOCEAN_TOKEN), from a "
    "token_command in config.toml, or be typed for one session in fntui itself."
)


def login(
    accounts: ConfiguredAccounts, profile: str, given: Search | None, env: Search | None
) -> int:
    """Ask for a token, check it, and keep it in the keyring.

    Args:
        accounts: Where to keep it.
        profile: Whose it is.
        given: What ``--token-file`` gave; None: ask.
        env: What the environment gave; None: nothing.

    Raises:
        Refusal: If that did not come to pass, or was not waited for.
    """
    if sentence := check_profile_name(profile):
        raise Refusal(sentence, FAILED)
    keyring = wait_for(accounts.keyring_state(), _KEYRING)
    if not keyring.is_usable:
        raise Refusal(f"{keyring.sentence} {_OTHER_WAYS}", FAILED)
    search = given or read_standard_input(f"API token for profile {profile} (not shown): ")
    if search.found is None:
        raise Refusal(" ".join(search.notes), FAILED)
    if search.found.warning:
        complain(search.found.warning)
    _keep(accounts, profile, search.found)
    where = f"kept in the keyring for profile {profile}"
    say(f"The API takes the token{_ending(search.found)}; it is {where}.")
    if env:
        complain(f"{env.source} is set, and comes before the keyring.")
    return 0


def read_standard_input(prompt: str = "API token (not shown): ") -> Search:
    """Read a token from standard input, without an echo if that is a terminal."""
    if not sys.stdin.isatty():
        return sources.from_stream(sys.stdin.buffer, "standard input")
    return sources.from_text(getpass.getpass(as_line(prompt), sys.stderr), "terminal")


def _keep(accounts: ConfiguredAccounts, profile: str, found: FoundToken) -> None:
    problem = wait_for(accounts.check_token(found.token, profile), _API)
    if problem is not None:
        raise Refusal(f"{_in_words(problem)} Nothing was kept.", FAILED)
    with _stopped_at_any_time():
        sentence = wait_for(accounts.keep_token(profile, found.token), _KEYRING)
    if sentence:
        raise Refusal(sentence, FAILED)


@contextmanager
def _stopped_at_any_time() -> Generator[None]:
    """Say, should the person not wait for its end, that the keyring may still do it.

    Raises:
        Refusal: If they don't.
    """
    try:
        yield
    except KeyboardInterrupt:
        sentence = "Stopped; the keyring may still do what it was asked."
        raise Refusal(sentence, INTERRUPTED) from None


def status(accounts: ConfiguredAccounts, profile: str) -> int:
    """Say which account is used, where its token is, and whether the API takes it."""
    url = accounts.api_url(profile)
    _tell("profile", profile)
    _tell("API", url)
    _tell("proxy", _proxy(url) or "none")
    keyring = wait_for(accounts.keyring_state(), _KEYRING)
    _tell("keyring", keyring.sentence)
    found = wait_for(accounts.find_token(profile), "the token")
    if found is None:
        notes = run_to_end(accounts.search_notes(profile))
        _tell("token", " ".join(note for note in notes if note != keyring.sentence) or "none")
        if advice := _advice(notes, keyring.sentence, profile):
            _tell("advice", advice)
        return FAILED
    _tell("token", f"from {found.source}{_ending(found)}. {found.warning}")
    problem = wait_for(accounts.check_token(found.token, profile), _API)
    _tell("answer", "The API takes the token." if problem is None else _in_words(problem))
    return 0 if problem is None else FAILED


def _advice(notes: Sequence[str], keyring: str, profile: str) -> str:
    """Say how to get a token where the search for one came to the keyring; else it stopped before.

    Args:
        notes: What the search said.
        keyring: What the keyring's state is.
        profile: Whose token it is.
    """
    if keyring in notes:
        return _OTHER_WAYS
    is_open = sources.holds_none(profile) in notes
    return f"To keep one: fntui auth login --profile {profile}" if is_open else ""


def logout(accounts: ConfiguredAccounts, profile: str, env: Search | None) -> int:
    """Delete the profile's token from the keyring; say what still signs in.

    Raises:
        Refusal: If the keyring can't be used, or was not waited for.
    """
    try:
        with _stopped_at_any_time():
            was_there = wait_for(accounts.forget_token(profile), _KEYRING)
    except TokenSourceError as error:
        raise Refusal(error.sentence, FAILED) from None
    done = "is deleted from the keyring" if was_there else "was not in the keyring"
    say(f"The token of profile {profile} {done}.")
    if env:
        say(f"{env.source} is set, and still signs in.")
    return 0


def _proxy(url: str) -> str:
    """Return the host and port of the proxy that ``url`` is reached by; ``""``: none."""
    from urllib.request import getproxies, proxy_bypass  # noqa: PLC0415 - slow to import

    target = urlsplit(url)
    if proxy_bypass(target.hostname or ""):
        return ""
    proxies = getproxies()
    text = proxies.get(target.scheme) or proxies.get("all") or ""
    # Without the user name and the password that may stand before the host.
    return urlsplit(text if "://" in text else f"//{text}").netloc.rpartition("@")[2]


def _ending(found: FoundToken) -> str:
    hint = found.token.hint()
    return f" (ends in {hint})" if hint else ""


def _in_words(problem: Problem) -> str:
    request = f" (request {problem.request_id})" if problem.request_id else ""
    sentence = problem.sentence[:1].upper() + problem.sentence[1:]
    return f"{sentence.rstrip('.')}{request}. {problem.advice}".strip()


def _tell(what: str, text: str) -> None:
    say(f"{what:<8} {text.strip()}")
