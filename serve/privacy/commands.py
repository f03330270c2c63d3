"""`python -m serve purge`."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import click

from model.errors import InvalidInput, NotFound
from serve.settings import Settings

if TYPE_CHECKING:
    from serve.runtime import Runtime


@click.command(name="purge")
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(min=0),
    help="Claims and orders from more than so many days ago (FRESHCLAIM_RETENTION_DAYS).",
)
@click.option(
    "--customer",
    nargs=2,
    metavar="SHOP CUSTOMER_ID",
    help="Claims and orders of one customer of the shop of that name.",
)
@click.option("--dry-run", is_flag=True, help="Only count what would be erased.")
@click.pass_obj
def group(
    settings: Settings, days: int | None, customer: tuple[str, str] | None, dry_run: bool
) -> None:
    """Erases photos and personal data of claims and orders that nobody needs any more.

    Decisions, money and the ledger stay. Open claims, orders that can still be claimed on or
    appealed, and those of recalled batches are kept and counted: purge again later
    (docs/accounts.md).
    """
    from serve.privacy.purge import purge_customer, purge_old
    from serve.privacy.service import OPERATOR
    from serve.runtime import open_runtime

    days = settings.retention_days or None if days is None and not customer else days
    if days is None and not customer:
        raise InvalidInput(
            "A purge is by age or by customer",
            "neither",
            "Give --older-than DAYS or --customer SHOP CUSTOMER_ID, or set"
            " FRESHCLAIM_RETENTION_DAYS",
            code="nothing_to_purge",
        )
    with open_runtime(settings) as runtime:
        if customer:
            shop_id = _find_shop(runtime, customer[0])
            done = purge_customer(
                runtime, shop_id, customer[1], OPERATOR,
                older_than_days=days or 0, dry_run=dry_run,
            )  # fmt: skip
        else:
            done = purge_old(runtime, days or 0, OPERATOR, dry_run=dry_run)
    erased = "would be erased" if dry_run else "erased"
    click.echo(f"{done.claims} claims, {done.photos} photos and {done.orders} orders {erased}.")
    if done.needed or done.orders_needed:
        click.echo(
            f"Not finished: {done.needed} claims and {done.orders_needed} orders are still needed"
            " (open, within the days of a claim link, or recalled). Purge again later."
        )


def _find_shop(runtime: Runtime, name: str) -> UUID:
    from serve.accounts.service import find_account

    with runtime.transaction() as session:
        shop = find_account(session, "shop", name)
    if shop is None:
        raise NotFound(
            "A customer is one of a shop's",
            f"shop {name[:80]}",
            "Give the name that the shop's account was made with",
            code="no_shop",
        )
    return shop.id
