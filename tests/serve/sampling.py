"""Claims made with the rendered sample pictures, as the demo shop's customers would."""

from __future__ import annotations

import io
import uuid
from typing import Any

from werkzeug.datastructures import FileStorage

from model.metadata import remove_location
from serve.accounts.service import Caller
from serve.assessments.uploads import check_uploads
from serve.claims.intake import Submission
from serve.claims.submission import submit_claim
from serve.demo import add_demo_order, demo_shop
from serve.orders.service import attach_packing_photo
from serve.runtime import Runtime
from serve.samples import Sample


def claim_sample(runtime: Runtime, sample: Sample) -> dict[str, Any]:
    """Registers an order of the demo shop, claims on it with the picture, and returns the claim."""
    order_id = f"sample-{uuid.uuid4().hex[:12]}"
    with runtime.transaction() as session:
        shop = Caller("shop", account_id=demo_shop(session).id)
        order = add_demo_order(session, order_id, sample.product)
        if sample.packing:
            packed = runtime.photos.put(remove_location(sample.packing.read_bytes()))
            attach_packing_photo(session, order, packed)
    file = FileStorage(io.BytesIO(sample.photo.read_bytes()), filename=sample.photo.name)
    uploads = check_uploads([file], runtime.scoring)
    submission = Submission(order_id, sample.reason, f"rendered {sample.photo.stem}", uploads)
    return submit_claim(runtime, shop, submission).claim
