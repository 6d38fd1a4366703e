"""Who gives and takes roles."""

from app.authz import Actor, ActorKind, Role


def may_grant(actor: Actor) -> bool:
    """Tell whether the actor may give roles: an owner in person, or the service itself."""
    return Role.OWNER in actor.roles or actor.kind is ActorKind.SYSTEM
