"""Builds the parts as command line, environment and config.toml say, and runs them."""

import gc
import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import platformdirs
from msgspec import structs

from fntui.accounts import ConfiguredAccounts, DemoAccounts, Places, Start
from fntui.api.paths import check_base_url
from fntui.cli.arguments import Arguments
from fntui.cli.process import (
    BY_SIGNAL,
    FAILED,
    INTERRUPTED,
    WRONG_USE,
    Refusal,
    ReportCrash,
    can_show_unicode,
    check_terminal,
    complain,
    end_in_order_when_told,
    erases_in_colour,
    harden,
    has_c_locale,
    has_few_colours,
    install_crash_hooks,
    is_in_screen,
    is_over_ssh,
    open_missing_streams,
    open_terminal,
    prepare_environment,
)
from fntui.clock import Clock, SystemClock
from fntui.config import Config, ConfigError, check_keys, config_path, load
from fntui.core.accounts import Accounts
from fntui.core.model.profile import Profile
from fntui.logs import CrashLog, RequestLog
from fntui.threads import run_to_end
from fntui.tokens import doctl, sources
from fntui.tokens.keyring_store import KeyringStore
from fntui.tokens.sources import Search
from fntui.ui.repertoire import Repertoire
from fntui.ui.settings import Settings

_API_URL_VARIABLE: Final = "DIGITALOCEAN_API_URL"
_STANDARD_INPUT: Final = "-"


def run(arguments: Arguments) -> int:
    """Do what the command line asks for; return the exit status."""
    clock = SystemClock()
    report_crash = CrashLog(platformdirs.user_log_path("fntui") / "crash.log", clock)
    statuses = _statuses(arguments.command)
    late = install_crash_hooks(report_crash, statuses.get(FAILED, FAILED))
    open_missing_streams()
    harden()
    told_to_end = end_in_order_when_told()
    try:
        with ExitStack() as closing:
            status = _run(arguments, clock, report_crash, closing)
    except Refusal as refusal:
        complain(str(refusal))
        status = statuses.get(refusal.status, refusal.status)
    except KeyboardInterrupt:
        status = BY_SIGNAL + told_to_end[0] if told_to_end else INTERRUPTED
    finally:
        gc.enable()
    for line in late:
        complain(line)
    return status


def _statuses(command: str) -> dict[int, int]:
    """Return the exit statuses of a command where others have those that mean a verdict there."""
    if command != "status":
        return {}
    from fntui.cli.status import REFUSED  # noqa: PLC0415 - for the one command alone

    return REFUSED


def _run(arguments: Arguments, clock: Clock, report_crash: ReportCrash, closing: ExitStack) -> int:
    if arguments.demo:
        return _run_demo(arguments, clock, report_crash, closing)
    path = config_path(os.environ)
    config = _config(path)
    profile = _profile(arguments, config)
    # Before any token is read: none is to be near where it may not be sent.
    api_url = _api_url(arguments.api_url or os.environ.get(_API_URL_VARIABLE, ""))
    if not arguments.command:
        check_terminal(os.environ, takes_stdin=arguments.token_file == _STANDARD_INPUT)
    given = _given(arguments.token_file)
    env = sources.take_from_environment(os.environ)
    accounts = ConfiguredAccounts(
        Start(
            profile=profile,
            api_url=api_url,
            outside=given or (_named(env, profile) if env and arguments.profile else env),
            is_read_only=arguments.read_only,
            may_write=arguments.write,
            log=_log(arguments.log_file, closing),
        ),
        config=config,
        places=Places(
            config=path,
            doctl=doctl.config_path(os.environ),
            state=platformdirs.user_state_path("fntui", appauthor=False),
        ),
        keyring=KeyringStore(),
        clock=clock,
    )
    if arguments.command in {"status", "record"}:
        return _print(arguments, accounts, profile)
    if arguments.command:
        return _sign(arguments.command, accounts, profile, given, env)
    if arguments.token_file == _STANDARD_INPUT:
        open_terminal()
    settings = _settings(arguments, config, config.profile(profile))
    return _show(accounts, settings, clock, report_crash, path)


def _run_demo(
    arguments: Arguments, clock: Clock, report_crash: ReportCrash, closing: ExitStack
) -> int:
    if not arguments.command:
        check_terminal(os.environ)
    sources.take_from_environment(os.environ)  # no child of the demo's is to have it, either
    log = _log(arguments.log_file, closing)
    demo = DemoAccounts(clock, is_read_only=arguments.read_only, log=log)
    (profile,) = demo.profiles
    if arguments.command:
        return _print(arguments, demo, profile.name)
    return _show(demo, _settings(arguments, Config(), profile), clock, report_crash)


def _sign(
    command: str,
    accounts: ConfiguredAccounts,
    profile: str,
    given: Search | None,
    env: Search | None,
) -> int:
    from fntui.cli import auth  # noqa: PLC0415 - for these commands alone

    if command == "auth login":
        return auth.login(accounts, profile, given, env)
    if command == "auth logout":
        return auth.logout(accounts, profile, env)
    return auth.status(accounts, profile)


def _print(arguments: Arguments, accounts: Accounts, profile: str) -> int:
    is_ascii = _draws_ascii(arguments)
    if arguments.command == "record":
        from fntui.cli.record import record  # noqa: PLC0415 - for this command alone

        return record(accounts, profile, is_ascii=is_ascii)
    from fntui.cli.status import print_status  # noqa: PLC0415 - for this command alone

    return print_status(accounts, profile, is_json=arguments.json, is_ascii=is_ascii)


def _draws_ascii(arguments: Arguments) -> bool:
    shows_unicode = can_show_unicode(sys.stdout, sys.stderr)
    return arguments.ascii or not shows_unicode


def _log(path: str, closing: ExitStack) -> RequestLog | None:
    if not path:
        return None
    try:
        log = RequestLog(Path(path))
    except OSError as error:
        raise Refusal(f"The log file {path} can't be written: {error.strerror}.", FAILED) from None
    closing.callback(log.close)
    return log


def _config(path: Path) -> Config:
    try:
        return load(path)
    except ConfigError as error:
        raise Refusal(str(error), WRONG_USE) from None


def _profile(arguments: Arguments, config: Config) -> str:
    known = [profile.name for profile in config.listed()]
    chosen = arguments.profile or known[0]
    if chosen not in known and arguments.command in {"", "status", "record", "auth status"}:
        advice = f"make it with: fntui auth login --profile {chosen}"
        raise Refusal(f"There is no profile {chosen} in config.toml; {advice}", WRONG_USE)
    return chosen


def _api_url(text: str) -> str:
    try:
        return check_base_url(text) if text else ""
    except ValueError as error:
        raise Refusal(str(error), WRONG_USE) from None


def _given(token_file: str) -> Search | None:
    if not token_file:
        return None
    if token_file == _STANDARD_INPUT:
        from fntui.cli.auth import read_standard_input  # noqa: PLC0415 - for this case alone

        return read_standard_input()
    try:
        return sources.from_file(Path(token_file))
    except OSError as error:
        sentence = f"The token file {token_file} can't be read: {error.strerror}."
        raise Refusal(sentence, FAILED) from None


def _named(env: Search, profile: str) -> Search:
    """Warn where the environment's token is used for an account that was asked for by name."""
    if env.found is None:
        return env
    warning = f"The token of the environment is used for profile {profile}. {env.found.warning}"
    return structs.replace(env, found=structs.replace(env.found, warning=warning.strip()))


def _repertoire(arguments: Arguments, config: Config) -> Repertoire:
    """Return what to draw until the terminal has said what it can."""
    is_ascii = has_c_locale(os.environ) if config.ascii is None else config.ascii
    return Repertoire.ASCII if is_ascii or _draws_ascii(arguments) else Repertoire.UNICODE


def _settings(arguments: Arguments, config: Config, profile: Profile) -> Settings:
    over_ssh = is_over_ssh(os.environ)
    is_plain = over_ssh or has_few_colours(os.environ)
    takes_mouse = not (over_ssh or is_in_screen(os.environ))
    return Settings(
        profile=profile,
        repertoire=_repertoire(arguments, config),
        asks_width=config.ascii is None and not _draws_ascii(arguments),
        erases_in_colour=erases_in_colour(os.environ),
        has_colour=not os.environ.get("NO_COLOR"),
        is_read_only=arguments.read_only,
        keymap=config.keys,
        theme=f"fntui-{config.theme or ('ansi' if is_plain else 'dark')}",
        uses_mouse=takes_mouse if config.mouse is None else config.mouse,
        is_far=over_ssh,
        shows_local_times=not config.utc,
        has_bell=config.bell,
        notifies=config.notify == "osc9",
    )


def _show(
    accounts: Accounts,
    settings: Settings,
    clock: Clock,
    report_crash: ReportCrash,
    path: Path | None = None,
) -> int:
    last_seen = accounts.last_seen(settings.profile.name)
    last_seen.begin()
    prepare_environment(os.environ)
    gc.disable()  # until the first paint (lifecycle.py): what is imported stays
    # Textual reads the environment when it is imported.
    from fntui.ui.app import FntuiApp  # noqa: PLC0415
    from fntui.ui.keymap import COMMANDS  # noqa: PLC0415
    from fntui.ui.terminal import lifecycle  # noqa: PLC0415

    if path is not None and settings.keymap:
        try:
            check_keys(path, [command.id for command in COMMANDS])
        except ConfigError as error:
            raise Refusal(str(error), WRONG_USE) from None
    app = FntuiApp(accounts, settings, clock, report_crash, last_seen=last_seen)
    run_to_end(lifecycle.run(app, clock, uses_mouse=settings.uses_mouse))
    for line in filter(None, (app.crash_line, *app.last_words)):
        complain(line)
    return app.return_code or 0
