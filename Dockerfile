# The server and the workers in one image: `vertelbot serve` unless told otherwise.
# No embedded servers and no speech model inside: compose brings the one, the worker's model volume the other.

FROM python:3.13-slim AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
# What is installed changes less often than our code: a layer of its own keeps rebuilding fast.
COPY constraints.txt pyproject.toml ./
RUN python -m venv /opt/vertelbot \
    && python -c "import tomllib; print('\n'.join(tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies']))" > needs.txt \
    && /opt/vertelbot/bin/pip install -c constraints.txt -r needs.txt
COPY README.md LICENSE ./
COPY flows ./flows
COPY storage ./storage
COPY workers ./workers
COPY bot ./bot
RUN PIP_CONSTRAINT=constraints.txt pip wheel --no-deps --wheel-dir dist . \
    && /opt/vertelbot/bin/pip install -c constraints.txt dist/*.whl \
    && /opt/vertelbot/bin/pip uninstall -y pip

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Vertelbot" org.opencontainers.image.licenses="EUPL-1.2"
# /data holds sealed recordings and the speech model; it is made here so that an empty volume gets this owner.
RUN groupadd --gid 10001 vertelbot \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin vertelbot \
    && install -d -m 0700 -o vertelbot -g vertelbot /data
COPY --from=build /opt/vertelbot /opt/vertelbot
ENV PATH=/opt/vertelbot/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    OMP_NUM_THREADS=1 \
    HF_HOME=/data/hub \
    VERTELBOT_HOME=/data \
    VERTELBOT_HOST=0.0.0.0 \
    VERTELBOT_PORT=8080
USER 10001:10001
WORKDIR /data
EXPOSE 8080
# Speaks for the server; compose switches it off for the workers, which answer no HTTP.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"VERTELBOT_PORT\"]}/readyz', timeout=4)"]
ENTRYPOINT ["vertelbot"]
CMD ["serve"]
