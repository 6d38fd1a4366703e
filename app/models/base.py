"""What all tables share: constraint names, the wall between tenants, and the declaration of personal data."""

from typing import Any, cast

import sqlalchemy as sa
from pydantic_core import PydanticUndefined
from sqlmodel import Field, SQLModel

from app.models.types import ID, new_id

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def column(
    kind: Any,
    default: Any = PydanticUndefined,
    *,
    nullable: bool = False,
    info: dict[str, Any] | None = None,
    **options: Any,
) -> Any:
    """Return a field with this column type; ``info`` declares personal data (see ``personal``)."""
    extra = {"info": info} if info else {}
    return Field(default, nullable=nullable, sa_type=cast("Any", kind), sa_column_kwargs=extra, **options)


class Table(SQLModel):
    """A table outside any company, with an id of its own."""

    id: str = column(ID, default_factory=new_id, primary_key=True)


class CompanyOwned(SQLModel):
    """A table that belongs to a company. The company leads the primary key and every foreign key."""

    company_id: str = column(ID, "", primary_key=True, foreign_key="company.id")


class TenantOwned(CompanyOwned):
    """The same with an id of its own: nearly every table of a company."""

    id: str = column(ID, default_factory=new_id, primary_key=True)


def within_company(name: str, table: str) -> sa.ForeignKeyConstraint:
    """Return the foreign key that can only reach a row of the same company."""
    return sa.ForeignKeyConstraint(["company_id", name], [f"{table}.company_id", f"{table}.id"])


def personal(kind: str, *, purpose: str, basis: str, erase: str, keep_days: int | None = None) -> dict[str, Any]:
    """Declare a column as personal data; export, erasure, retention and the register read this.

    ``basis`` is the point of GDPR art. 6(1); ``erase`` is delete, anonymise or keep; ``keep_days`` counts from
    the end of the purpose.
    """
    return {"personal": kind, "purpose": purpose, "basis": basis, "erase": erase, "keep_days": keep_days}
