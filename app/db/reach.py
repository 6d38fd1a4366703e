"""Which rows of tenant tables a SQL statement can reach: for each table, the values its company must equal.

An equality counts only where it holds for every row of the result: under AND alone, in WHERE, in the ON of an
inner join, and in the ON of a left join for the joined table alone. Equalities chain, also through an outer
query. The other end of the chain must be a parameter or a literal. Any other condition does not count, so that its
table is reported as unguarded.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

# Tenant tables that an account or an agency may read by another column, through the explicit paths of db.scope.
OTHER_WAY_IN = {"person": "account_id", "engagement": "agency_id"}

Value = int | str  # the position of a parameter, from 0, or a literal
Column = tuple[int, str, str]  # the query it is of, alias, name
_FRAMES = (exp.Select, exp.Update, exp.Delete, exp.Insert)


@dataclass(frozen=True, slots=True)
class Need:
    """A tenant table that is reached: one of ``company`` must be the company, or one of ``other`` the other way in."""

    table: str
    company: frozenset[Value] = frozenset()
    other: frozenset[Value] = frozenset()

    @property
    def met(self) -> bool:
        """Tell whether any value guards the table at all."""
        return bool(self.company or self.other)


def needs(statement: str, dialect: str, tables: frozenset[str]) -> tuple[Need, ...]:
    """Return what must hold for each tenant table in the statement. Raise ParseError for what is not understood."""
    tree = _parsed(statement, dialect)
    if isinstance(tree, exp.Command):
        raise ParseError(f"not understood: {statement}")
    judge = _Judge(tree, tables)
    return tuple(dict.fromkeys(need for table in judge.reached() for need in judge.needs_of(table)))


def _parsed(statement: str, dialect: str) -> exp.Expr:
    if dialect == "postgresql":
        return sqlglot.parse_one(statement, read="postgres")
    marks = [token for token in sqlglot.tokenize(statement, read="sqlite") if token.token_type.name == "PLACEHOLDER"]
    for number, mark in reversed(list(enumerate(marks))):
        statement = f"{statement[: mark.start]}:p{number}{statement[mark.end + 1 :]}"
    return sqlglot.parse_one(statement, read="sqlite")


@dataclass(slots=True)
class _Frame:
    """One query level: its tables by alias, and its equalities, each with the alias it is limited to, if any."""

    outer: int | None
    aliases: set[str] = field(default_factory=set)
    equalities: list[tuple[exp.Expr, exp.Expr, str]] = field(default_factory=list)


class _Judge:
    def __init__(self, tree: exp.Expr, tables: frozenset[str]) -> None:
        self.tree = tree
        self.tables = tables
        self.frames: dict[int, _Frame] = {}
        for node in tree.find_all(*_FRAMES):
            outer = node.find_ancestor(*_FRAMES)
            self.frames[id(node)] = _Frame(id(outer) if outer else None, equalities=list(_equalities(node)))
        for table in tree.find_all(exp.Table):
            if owner := table.find_ancestor(*_FRAMES):
                self.frames[id(owner)].aliases.add(table.alias_or_name.lower())

    def reached(self) -> Iterator[exp.Table]:
        return (table for table in self.tree.find_all(exp.Table) if table.name.lower() in self.tables)

    def needs_of(self, table: exp.Table) -> list[Need]:
        name, owner = table.name.lower(), table.find_ancestor(*_FRAMES, exp.Merge)
        if isinstance(owner, exp.Insert):
            return [Need(name, frozenset(values)) for values in self._inserted(owner)]
        if not isinstance(owner, exp.Select | exp.Update | exp.Delete):
            return [Need(name)]
        company = self._values((id(owner), table.alias_or_name.lower(), "company_id"), id(owner))
        other = set()
        if name in OTHER_WAY_IN and isinstance(owner, exp.Select):
            other = self._values((id(owner), table.alias_or_name.lower(), OTHER_WAY_IN[name]), id(owner))
        found = [Need(name, frozenset(company), frozenset(other))]
        if isinstance(owner, exp.Update) and table is owner.this:
            found += [Need(name, frozenset(values)) for values in _moved(owner.expressions)]
        return found

    def _values(self, start: Column, frame: int) -> set[Value]:
        """Return the values that this column equals in every row that the query at ``frame`` looks at."""
        found: set[Value] = set()
        seen, waiting = {start}, [start]
        while waiting:
            column = waiting.pop()
            for other, level in self._equal_to(column, frame):
                value = _value(other)
                if value is not None:
                    found.add(value)
                elif (known := self._column(other, level)) and known not in seen:
                    seen.add(known)
                    waiting.append(known)
        return found

    def _equal_to(self, column: Column, frame: int | None) -> Iterator[tuple[exp.Expr, int]]:
        while frame is not None:
            for left, right, only in self.frames[frame].equalities:
                for here, there in ((left, right), (right, left)):
                    if self._column(here, frame) == column and only in {"", column[1]}:
                        yield there, frame
            frame = self.frames[frame].outer

    def _column(self, side: exp.Expr, frame: int | None) -> Column | None:
        if not isinstance(side, exp.Column):
            return None
        alias = side.table.lower()
        while frame is not None and alias not in self.frames[frame].aliases:
            frame = self.frames[frame].outer
        return None if frame is None else (frame, alias, side.name.lower())

    def _inserted(self, insert: exp.Insert) -> Iterator[set[Value]]:
        """Yield, for each row source, the values that the inserted company equals; an empty set for the unknown."""
        names = [column.name.lower() for column in insert.this.expressions]
        if "company_id" not in names or insert.args.get("alternative") == "REPLACE":
            yield set()
            return
        yield from self._rows(insert.expression, names.index("company_id"))
        conflict = insert.args.get("conflict")
        if conflict and conflict.expressions:
            keys = {key.name for key in conflict.find_all(exp.Column) if key.find_ancestor(exp.Ordered)}
            yield from [] if "company_id" in keys else [set()]
            yield from _moved(conflict.expressions)

    def _rows(self, source: exp.Expr | None, position: int) -> Iterator[set[Value]]:
        if isinstance(source, exp.Values):
            for row in source.expressions:
                yield {value for value in [_value(row.expressions[position])] if value is not None}
        elif isinstance(source, exp.Select) and position < len(source.expressions):
            wanted = _bare(source.expressions[position])
            given = source.args["from_"].this if source.args.get("from_") else None
            names = [name.name.lower() for name in given.args["alias"].columns] if isinstance(given, exp.Values) else []
            if isinstance(wanted, exp.Column) and wanted.name.lower() in names:
                yield from self._rows(given, names.index(wanted.name.lower()))
            elif (value := _value(wanted)) is not None:
                yield {value}
            else:
                column = self._column(wanted, id(source))
                yield self._values(column, id(source)) if column else set()
        else:
            yield set()


def _moved(assignments: Iterable[exp.Expr]) -> Iterator[set[Value]]:
    """Yield the values that a SET gives to a company; an empty set for the unknown."""
    for assignment in assignments:
        target = assignment.this
        if all(column.name.lower() != "company_id" for column in target.find_all(exp.Column)):
            continue
        value = _value(assignment.expression) if isinstance(target, exp.Column) else None
        yield set() if value is None else {value}


def _bare(side: exp.Expr) -> exp.Expr:
    while isinstance(side, exp.Cast | exp.Paren | exp.Alias):
        side = side.this
    return side


def _value(side: exp.Expr) -> Value | None:
    match _bare(side):
        case exp.Placeholder(this=str(name)) if name.startswith("p"):
            return int(name[1:])
        case exp.Parameter(this=exp.Literal(this=number)):
            return int(number) - 1
        case exp.Literal(is_string=True, this=text):
            return str(text)
    return None


def _equalities(frame: exp.Expr) -> Iterator[tuple[exp.Expr, exp.Expr, str]]:
    where = frame.args.get("where")
    for part in _conjunction(where.this if where else None):
        yield part.this.unnest(), part.expression.unnest(), ""
    for join in frame.args.get("joins") or ():
        if join.method or join.side not in {"", "LEFT"}:
            continue
        only = join.alias_or_name.lower() if join.side else ""
        for part in _conjunction(join.args.get("on")):
            yield part.this.unnest(), part.expression.unnest(), only


def _conjunction(clause: exp.Expr | None) -> Iterator[exp.EQ]:
    """Yield the equalities that stand under AND alone."""
    waiting = [clause] if clause else []
    while waiting:
        part = waiting.pop().unnest()
        if isinstance(part, exp.And):
            waiting += [part.this, part.expression]
        elif isinstance(part, exp.EQ):
            yield part
