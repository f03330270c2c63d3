from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from model.calibration import Calibration, Logistic
from model.scorer import Scorer
from model.weights import CALIBRATION, GRAPH

PLAIN = Calibration(
    foreign=Logistic(1.0, 0.0),
    spoiled=Logistic(1.0, 0.0),
    mould=Logistic(1.0, 0.0),
    foreign_cell=0.5,
    kind_from=0.3,
    spoiled_cell=0.5,
    food_cell=0.5,
    container_cell=0.5,
    scene_temperature=1.0,
    not_food_from=0.99,
    spoiled_share=Logistic(1.0, 0.0),
    share_below=0.5,
    share_above=0.5,
    fill_margin=0.2,
    undecided_most=0.25,
    brimful_from=0.95,
    left_power=1.0,
    left_below=0.1,
    left_above=0.2,
)


@pytest.fixture(scope="session")
def plain() -> Calibration:
    """A calibration that changes nothing; margins of a tenth."""
    return PLAIN


@pytest.fixture(scope="session")
def photo_bytes() -> bytes:
    """A sharp JPEG of 640 x 480 px."""
    rng = np.random.default_rng(3)
    coarse = Image.fromarray(rng.integers(30, 220, (24, 32, 3), np.uint8))
    smooth = np.asarray(coarse.resize((640, 480), Image.Resampling.BICUBIC), np.float32)
    out = BytesIO()
    grain = (smooth + rng.normal(0, 12, smooth.shape)).clip(0, 255).astype(np.uint8)
    Image.fromarray(grain).save(out, "JPEG", quality=92)
    return out.getvalue()


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release folder with an untrained network: real graph, real session, no sense in it."""
    torch = pytest.importorskip("torch")
    from model.network import Network
    from training.candidates import sign
    from training.export import export_fp32

    folder = tmp_path_factory.mktemp("release")
    torch.manual_seed(0)
    export_fp32(Network().eval(), folder / GRAPH)
    PLAIN.write(folder / CALIBRATION)
    sign(folder)
    return folder


@pytest.fixture(scope="session")
def scorer(release: Path) -> Scorer:
    return Scorer(release)
