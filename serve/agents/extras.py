"""What the policy gives on top of the money, where an agent grants what it gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from serve.accounts.service import name_of_account
from serve.agents.checks import Checked, find_left_fen
from serve.claims.service import policy_of
from serve.ledger.refunds import refunds_of
from serve.orders.service import get_order
from serve.policy.decision import compute_amount_fen

if TYPE_CHECKING:
    from serve.claims.models import Claim


def find_extras(session: Session, claim: Claim, severity: str, checked: Checked) -> list[str]:
    """Returns codes of the extras that go with a verdict, but for those the claim has.

    They go with an amount that is no less than the policy gives for the problem that was claimed
    and the grade that the agent found, as they do where the machine grants it.
    """
    order, shop = get_order(session, claim.order_id), name_of_account(session, claim.shop_id)
    rule = policy_of(session, claim).compensation(claim.reason, severity, shop, order.product)
    if rule is None:
        return []
    given_fen = min(
        compute_amount_fen(order.price_fen, rule.percent),
        order.price_fen if rule.max_fen is None else rule.max_fen,
        find_left_fen(session, claim),
    )
    if checked.amount_fen < given_fen:
        return []
    known = {code for refund in refunds_of(session, claim.id) for code in refund.extras}
    return [code for code in rule.extras if code not in known]
