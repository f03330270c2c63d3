from __future__ import annotations

from serve.ledger.verification import verify_ledger
from serve.policy.certificates import freeze_certificate
from tests.serve.actors import Actors
from tests.serve.ledger.tampering import unseen
from tests.serve.policy.certified import again, put_in_force

FREEZE = "UPDATE certificates SET frozen_at = now(), frozen_because = 'x'"
THAW = "UPDATE certificates SET frozen_at = NULL, frozen_because = NULL"
ADD = """
INSERT INTO certificates (sha256, text, loaded_at)
SELECT repeat('0', 64), text, now() - interval '9 days' FROM certificates LIMIT 1
"""
AGE = "UPDATE certificates SET loaded_at = now() - interval '1 day' WHERE frozen_at IS NULL"
EDITED = {
    "UPDATE certificates SET text = replace(text, '0.95', '0.99')": "its text is not the one",
    "DELETE FROM certificates WHERE frozen_at IS NULL": "is in the ledger and is gone",
    "DELETE FROM certificates WHERE frozen_at IS NOT NULL": "is in the ledger and is gone",
    ADD: "certificate 000000000000: the ledger has not loaded it",
    f"{FREEZE} WHERE frozen_at IS NULL": "is frozen, the ledger says otherwise",
    THAW: "is not frozen, the ledger says otherwise",
    "UPDATE certificates SET frozen_because = 'x' WHERE frozen_at IS NOT NULL": "why it is frozen",
    AGE: "the ledger loaded another one last",
}
"""What somebody would do who wants another certificate to count, or none."""


def test_an_edited_certificate_differs_from_the_ledger(actors: Actors) -> None:
    first = put_in_force(actors)
    with actors.runtime.transaction() as session:
        freeze_certificate(session, "a doubt", "operator")
    put_in_force(actors, again(first))
    assert verify_ledger(actors.runtime).intact
    assert unseen(actors, EDITED) == {}


def test_a_certificate_put_in_force_again_is_no_finding(actors: Actors) -> None:
    first = put_in_force(actors)
    put_in_force(actors, again(first))
    put_in_force(actors, first)
    report = verify_ledger(actors.runtime)
    assert report.intact, report.findings
