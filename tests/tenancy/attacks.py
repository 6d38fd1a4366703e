"""Ways to reach a person of another company from inside one's own session. Each returns what it reached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, insert, select, text, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.db.prepared import Prepared, in_company
from app.db.upsert import insert_new
from app.models import Account, Company, Employment, Person, RoleGrant
from app.models.types import new_id
from tests.world import NOW

TOUCHED = "Touched by a stranger"
PERSON: Any = Person.__table__


@dataclass(frozen=True)
class Target:
    """A person and their company."""

    person_id: str
    company_id: str


Attack = Callable[[Any, Target], Sequence[Any]]


def entity(session: Any, t: Target) -> Sequence[Any]:
    return session.scalars(select(Person).where(col(Person.id) == t.person_id)).all()


def columns(session: Any, t: Target) -> Sequence[Any]:
    return session.scalars(select(col(Person.name)).where(col(Person.id) == t.person_id)).all()


def alias(session: Any, t: Target) -> Sequence[Any]:
    other = aliased(Person)
    return session.scalars(select(other).where(other.id == t.person_id)).all()


def naming_the_company(session: Any, t: Target) -> Sequence[Any]:
    return session.scalars(select(Person).where(col(Person.company_id) == t.company_id)).all()


def either_company(session: Any, t: Target) -> Sequence[Any]:
    wanted = (col(Person.company_id) == t.company_id) | (col(Person.id) == t.person_id)
    return [row for row in session.scalars(select(Person).where(wanted)) if row.id == t.person_id]


def join(session: Any, t: Target) -> Sequence[Any]:
    joined = select(col(Person.id)).join(Employment, col(Employment.person_id) == col(Person.id))
    return session.scalars(joined.where(col(Employment.person_id) == t.person_id)).all()


def outer_join(session: Any, t: Target) -> Sequence[Any]:
    joined = select(col(Company.id), col(Person.id)).outerjoin(Person, col(Person.id) == t.person_id)
    return [row for row in session.execute(joined) if row[1]]


def subquery(session: Any, t: Target) -> Sequence[Any]:
    inner = select(col(Person.id), col(Person.name)).where(col(Person.id) == t.person_id).subquery()
    return session.execute(select(inner.c.name)).all()


def entity_of_a_subquery(session: Any, t: Target) -> Sequence[Any]:
    inner = select(Person).where(col(Person.id) == t.person_id).subquery()
    return session.execute(select(inner.c.id)).all()


def scalar_subquery(session: Any, t: Target) -> Sequence[Any]:
    inner = select(col(Person.name)).where(col(Person.id) == t.person_id).scalar_subquery()
    return [name for name in session.scalars(select(inner)) if name]


def common_table_expression(session: Any, t: Target) -> Sequence[Any]:
    found = select(col(Person.id)).where(col(Person.id) == t.person_id).cte("found")
    return session.execute(select(found.c.id)).all()


def union(session: Any, t: Target) -> Sequence[Any]:
    one = select(col(Person.id)).where(col(Person.id) == t.person_id)
    two = select(col(Employment.person_id)).where(col(Employment.person_id) == t.person_id)
    return session.execute(one.union_all(two)).all()


def existence(session: Any, t: Target) -> Sequence[Any]:
    known = exists(select(col(Person.id)).where(col(Person.account_id) == col(Account.id), Person.id == t.person_id))
    return session.scalars(select(col(Account.id)).where(known)).all()


def membership(session: Any, t: Target) -> Sequence[Any]:
    inside = select(col(Person.account_id)).where(col(Person.id) == t.person_id)
    return session.scalars(select(col(Account.id)).where(col(Account.id).in_(inside))).all()


def count(session: Any, t: Target) -> Sequence[Any]:
    counted = select(func.count()).select_from(Person).where(col(Person.id) == t.person_id)
    return [t] * session.scalar(counted)


def get(session: Any, t: Target) -> Sequence[Any]:
    found = session.get(Person, {"company_id": t.company_id, "id": t.person_id})
    return [found] if found else []


def prepared(session: Any, t: Target) -> Sequence[Any]:
    statement = Prepared(select(col(Person.id)).where(in_company(Person), col(Person.id) == bindparam("id")))
    return statement(session, id=t.person_id, company_id=t.company_id)


NARROWED: list[Attack] = [
    entity,
    columns,
    alias,
    naming_the_company,
    either_company,
    join,
    outer_join,
    subquery,
    entity_of_a_subquery,
    scalar_subquery,
    common_table_expression,
    union,
    existence,
    membership,
    count,
    get,
    prepared,
]


def core_select(session: Any, t: Target) -> Sequence[Any]:
    return session.execute(select(PERSON.c.id).where(PERSON.c.id == t.person_id)).all()


def core_select_naming_the_company(session: Any, t: Target) -> Sequence[Any]:
    return session.execute(select(PERSON.c.id).where(PERSON.c.company_id == t.company_id)).all()


def raw_text(session: Any, t: Target) -> Sequence[Any]:
    return session.execute(text("SELECT id FROM person WHERE id = :id"), {"id": t.person_id}).all()


def raw_text_in_disguise(session: Any, t: Target) -> Sequence[Any]:
    return session.execute(text('/* */ select id from "person" WHERE id = :id'), {"id": t.person_id}).all()


def raw_text_naming_the_company(session: Any, t: Target) -> Sequence[Any]:
    return session.execute(text(f"SELECT id FROM person WHERE person.company_id = '{t.company_id}'")).all()


def entity_from_raw_text(session: Any, t: Target) -> Sequence[Any]:
    return session.scalars(
        select(Person).from_statement(text(f"SELECT * FROM person WHERE id = '{t.person_id}'"))
    ).all()


def bare_connection(session: Any, t: Target) -> Sequence[Any]:
    return session.connection().exec_driver_sql(f"SELECT id FROM person WHERE id = '{t.person_id}'").all()


def full_join(session: Any, t: Target) -> Sequence[Any]:
    joined = select(col(Person.id)).select_from(Company).outerjoin(Person, col(Person.id) == col(Company.id), full=True)
    return [row for row in session.execute(joined) if row[0] == t.person_id]


def prepared_without_company(session: Any, t: Target) -> Sequence[Any]:
    return Prepared(select(col(Person.id)).where(col(Person.id) == bindparam("id")))(session, id=t.person_id)


def prepared_with_a_company_of_its_own(session: Any, t: Target) -> Sequence[Any]:
    of = col(Person.company_id) == bindparam("of")
    return Prepared(select(col(Person.id)).where(of))(session, of=t.company_id)


RAW: list[Attack] = [
    core_select,
    core_select_naming_the_company,
    raw_text,
    raw_text_in_disguise,
    raw_text_naming_the_company,
    entity_from_raw_text,
    bare_connection,
    full_join,
    prepared_without_company,
    prepared_with_a_company_of_its_own,
]


def update_by_id(session: Any, t: Target) -> Sequence[Any]:
    return [t] * session.execute(update(Person).where(col(Person.id) == t.person_id).values(name=TOUCHED)).rowcount


def update_everything(session: Any, t: Target) -> Sequence[Any]:
    session.execute(update(Person).values(name=TOUCHED))
    return []


def update_in_bulk_by_key(session: Any, t: Target) -> Sequence[Any]:
    session.execute(update(Person), [{"company_id": t.company_id, "id": t.person_id, "name": TOUCHED}])
    return []


def update_mappings(session: Any, t: Target) -> Sequence[Any]:
    session.bulk_update_mappings(Person, [{"company_id": t.company_id, "id": t.person_id, "name": TOUCHED}])
    return []


def core_update(session: Any, t: Target) -> Sequence[Any]:
    return [t] * session.execute(update(PERSON).where(PERSON.c.id == t.person_id).values(name=TOUCHED)).rowcount


def object_of_another_session(session: Any, t: Target) -> Sequence[Any]:
    session.merge(_person(t, id=t.person_id))
    session.flush()
    return []


def delete_by_id(session: Any, t: Target) -> Sequence[Any]:
    return [t] * session.execute(delete(RoleGrant).where(col(RoleGrant.person_id) == t.person_id)).rowcount


def delete_everything(session: Any, t: Target) -> Sequence[Any]:
    session.execute(delete(RoleGrant))
    return []


def raw_delete(session: Any, t: Target) -> Sequence[Any]:
    session.execute(text("DELETE FROM role_grant"))
    return []


def add(session: Any, t: Target) -> Sequence[Any]:
    session.add(_person(t))
    session.flush()
    return []


def insert_statement(session: Any, t: Target) -> Sequence[Any]:
    session.execute(insert(Person).values(**_row(t)))
    return []


def insert_rows(session: Any, t: Target) -> Sequence[Any]:
    session.execute(insert(Person), [_row(t), _row(t)])
    return []


def insert_mappings(session: Any, t: Target) -> Sequence[Any]:
    session.bulk_insert_mappings(Person, [_row(t)])
    return []


def save_objects(session: Any, t: Target) -> Sequence[Any]:
    session.bulk_save_objects([_person(t)])
    return []


def core_insert(session: Any, t: Target) -> Sequence[Any]:
    session.execute(insert(PERSON), [_row(t)])
    return []


def insert_unless_there(session: Any, t: Target) -> Sequence[Any]:
    return insert_new(session, Person, [_row(t)], ["company_id", "id"])


def move_a_row(session: Any, t: Target) -> Sequence[Any]:
    session.execute(update(Person).where(col(Person.name) == "Colleague").values(company_id=t.company_id))
    return []


def move_an_object(session: Any, t: Target) -> Sequence[Any]:
    session.scalars(select(Person).where(col(Person.name) == "Colleague")).one().company_id = t.company_id
    session.flush()
    return []


def foreign_key(session: Any, t: Target) -> Sequence[Any]:
    session.add(Employment(person_id=t.person_id, starts_on=date(2026, 1, 1)))
    session.flush()
    return []


WRITES: list[Attack] = [
    update_by_id,
    update_everything,
    update_in_bulk_by_key,
    update_mappings,
    core_update,
    object_of_another_session,
    delete_by_id,
    delete_everything,
    raw_delete,
    add,
    insert_statement,
    insert_rows,
    insert_mappings,
    save_objects,
    core_insert,
    insert_unless_there,
    move_a_row,
    move_an_object,
    foreign_key,
]


def _row(t: Target, **values: Any) -> dict[str, Any]:
    facts = {"company_id": t.company_id, "id": new_id(), "name": TOUCHED, "language": "it", "row_version": 1}
    return {**facts, "created_at": NOW, "updated_at": NOW, **values}


def _person(t: Target, **values: Any) -> Person:
    return Person(**_row(t, **values))
