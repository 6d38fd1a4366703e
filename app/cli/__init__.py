"""The command line: what can be asked for.

The modules beside do it; each is imported only when its command runs, so that help comes at once.
"""

import gc
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

_GROUP: dict[str, Any] = {"no_args_is_help": True, "rich_markup_mode": None}

portavoce = typer.Typer(
    help="Portavoce: policy, training, opt-in, campaigns. Settings come from the environment: docs/settings.md.",
    add_completion=False,
    pretty_exceptions_enable=False,
    **_GROUP,
)
company = typer.Typer(help="Companies.", **_GROUP)
agency = typer.Typer(help="Agencies.", **_GROUP)
user = typer.Typer(help="People who sign in.", **_GROUP)
client = typer.Typer(help="API clients.", **_GROUP)
evidence = typer.Typer(help="The evidence of acknowledgements.", **_GROUP)
witness = typer.Typer(help="Being a witness of other people's evidence.", **_GROUP)
for _name, _group in {
    "company": company,
    "agency": agency,
    "user": user,
    "client": client,
    "evidence": evidence,
    "witness": witness,
}.items():
    portavoce.add_typer(_group, name=_name)

Name = Annotated[str, typer.Option(help="Its name.")]
OwnerName = Annotated[str, typer.Option(help="Name and surname of who comes in first.")]
OwnerEmail = Annotated[str, typer.Option(help="Their e-mail address.")]
Language = Annotated[str, typer.Option(help="it or en.")]
CompanyId = Annotated[str, typer.Option("--company", help="Id of the company it calls for.")]
LogKey = Annotated[str, typer.Argument(metavar="VKEY", help="Verifier key of the log.")]
AgencyId = Annotated[str, typer.Option("--agency", help="Id of the agency it calls for.")]


def main(arguments: list[str] | None = None) -> None:
    """Run one command. What is refused says so in one line on standard error and ends with status 2."""
    gc.set_threshold(50_000, 10, 10)
    gc.disable()  # loading makes half a million objects and lets none go: the collector would look at them in vain
    try:
        portavoce(arguments)
    except Exception as error:
        line = _module("refusals").in_one_line(error)
        if line is None:
            raise
        typer.echo(line, err=True)
        raise SystemExit(2) from None


@portavoce.command()
def serve(
    workers: Annotated[int, typer.Option(min=1, help="Web processes; more than one needs PostgreSQL.")] = 1,
) -> None:
    """Serve the pages and the API at HOST and PORT."""
    _module("serving").serve(workers)


@portavoce.command()
def worker() -> None:
    """Do the jobs in a process of its own (the web processes then get EMBEDDED_WORKER=false)."""
    _module("serving").work()


@portavoce.command()
def migrate() -> None:
    """Bring the database to this version of the program, as the owner of its tables."""
    _module("serving").migrate()


@portavoce.command()
def demo() -> None:
    """Serve a demo with three companies and an agency; it loads into an empty database only."""
    _module("demo.start").demo()


@portavoce.command()
def backup(file: Annotated[Path, typer.Argument(help="Where to write it; the file must not exist.")]) -> None:
    """Write a verified copy of the SQLite database while the service runs."""
    _module("backups").backup(file)


@portavoce.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `portavoce backup` wrote.")],
    verify: Annotated[bool, typer.Option("--verify", help="Only tell whether it is whole; change nothing.")] = False,
) -> None:
    """Put a backup in the place of the SQLite database, while the service is stopped."""
    _module("backups").restore(file, verify_only=verify)


@company.command("create")
def create_company(
    name: Name,
    owner_name: OwnerName,
    owner_email: OwnerEmail,
    language: Language = "it",
    time_zone: Annotated[str, typer.Option(help="IANA name.")] = "Europe/Rome",
) -> None:
    """Create a company with its owner, and print a link with which they come in."""
    _module("founding").company(name, owner_name, owner_email, language, time_zone)


@agency.command("create")
def create_agency(name: Name, owner_name: OwnerName, owner_email: OwnerEmail, language: Language = "it") -> None:
    """Create an agency with its administrator, and print a link with which they come in."""
    _module("founding").agency(name, owner_name, owner_email, language)


@user.command("link")
def user_link(email: Annotated[str, typer.Argument(help="Their e-mail address.")]) -> None:
    """Print a new link to sign in, for a person who does not get the mail."""
    _module("founding").link(email)


@client.command("create")
def create_client(
    name: Name,
    scope: Annotated[list[str], typer.Option(help="What it may do, e.g. people:read; may be given several times.")],
    company: CompanyId = "",
    agency: AgencyId = "",
) -> None:
    """Create an API client of one company or one agency, and print its secret this one time."""
    _module("api_clients").create(name, scope, company, agency)


@client.command("list")
def list_clients() -> None:
    """List all API clients."""
    _module("api_clients").listing()


@client.command("revoke")
def revoke_client(client_id: Annotated[str, typer.Argument(help="Its id.")]) -> None:
    """Take an API client's access away at once."""
    _module("api_clients").revoke(client_id)


@evidence.command()
def keygen(
    file: Annotated[Path, typer.Argument(help="Where to write the new private key; the file must not exist.")],
) -> None:
    """Make the key that signs evidence, readable by you alone."""
    _module("keys").keygen(file)


@evidence.command()
def verify(
    receipt: Annotated[Path, typer.Argument(help="The receipt: its JSON file, or a saved page with its link.")],
    key: Annotated[
        list[str] | None, typer.Option(help="Key of a log or a witness that you know from elsewhere.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Answer in JSON, with the codes of the specification.")
    ] = False,
    language: Annotated[str, typer.Option(envvar=["LC_ALL", "LC_MESSAGES", "LANG"], help="it or en.")] = "en",
) -> None:
    """Check a receipt, without a database or a network: each answer on a line, status 1 if one of them is no."""
    _module("verifying").verify(receipt, key or [], language, as_json=as_json)


@evidence.command()
def rotate(
    old: Annotated[Path, typer.Argument(help="The key that signs until now.")],
    new: Annotated[Path, typer.Argument(help="The key that follows.")],
) -> None:
    """Change the key that signs evidence, while the service is stopped."""
    _module("keys").rotate(old, new)


@evidence.command()
def fsck(
    bundle: Annotated[
        Path | None, typer.Argument(help="An auditor bundle, as ZIP or unpacked; else the database.")
    ] = None,
    company: Annotated[str, typer.Option("--company", help="Id of one company; else all of them.")] = "",
    key: Annotated[
        list[str] | None, typer.Option(help="Key of the log that you know from elsewhere; for a bundle.")
    ] = None,
) -> None:
    """Recompute the evidence logs of the database, or one handed over, and name the first leaf that is wrong."""
    if bundle is None:
        _module("fsck").fsck(company)
    else:
        _module("bundles").fsck(bundle, key or [])


@evidence.command()
def vkeys() -> None:
    """Show the verifier key of each company's log: what witnesses and verifiers of receipts need."""
    _module("witnesses").logs()


@witness.command("key")
def witness_key() -> None:
    """Show what goes into the WITNESSES of whoever asks this installation."""
    _module("witnesses").key()


@witness.command("add")
def watch_log(vkey: LogKey) -> None:
    """Cosign this log from now on; of one that is watched already, change the key."""
    _module("witnesses").add(vkey)


@witness.command("list")
def watched_logs() -> None:
    """List the logs that are cosigned here."""
    _module("witnesses").listing()


@witness.command("remove")
def forget_log(vkey: LogKey) -> None:
    """Cosign this log no longer, and forget what was seen of it."""
    _module("witnesses").remove(vkey)


@user.callback()
def _user() -> None:
    """Keep `link` a command of its own while it is the only one."""


def _module(name: str) -> Any:
    module = import_module(f"app.cli.{name}")
    gc.enable()
    return module
