# The service without torch: what requirements/serve.txt holds, the packages, the policy.
FROM python:3.11-slim AS build
COPY requirements/serve.txt /tmp/serve.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r /tmp/serve.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home freshclaim \
    && install --directory --owner 10001 --mode 0750 /data
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY LICENSE policy.toml ./
COPY model/ model/
COPY serve/ serve/

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FRESHCLAIM_HOST=0.0.0.0 \
    FRESHCLAIM_PORT=8000 \
    FRESHCLAIM_DATA_DIR=/data
VOLUME /data
EXPOSE 8000
USER 10001
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["python", "-m", "serve"]
