from __future__ import annotations

from datetime import timedelta

import time_machine

from serve.claims.models import Claim
from serve.privacy.purge import Purged, purge_old
from serve.times import utc_now
from tests.serve.actors import Actors
from tests.serve.privacy.test_purge import add_closed


def test_what_the_model_said_of_a_photo_as_a_whole_goes_with_the_photo(actors: Actors) -> None:
    keys = [add_closed(actors), add_closed(actors, closed=False)]
    with actors.runtime.transaction() as session:
        for key in keys:
            [photo] = session.get_one(Claim, key).photos
            photo.embedding, photo.embedding_model = b"\x00\x3c", "a model"
            photo.taken_at = utc_now()
    with time_machine.travel(utc_now() + timedelta(days=91), tick=False):
        assert purge_old(actors.runtime, 90, "operator") == Purged(1, 1, 1, 1, 1)
    with actors.runtime.transaction() as session:
        erased, kept = (session.get_one(Claim, key).photos[0] for key in keys)
        assert (erased.embedding, erased.embedding_model) == (None, None)
        assert kept.embedding is not None
        assert (erased.taken_at, kept.taken_at is not None) == (None, True)
