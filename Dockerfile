# The portal without embedded engines: it is pointed to its own by IPORTAL_… variables.
FROM node:24-slim AS spa
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json frontend/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY openapi /src/openapi
COPY frontend ./
RUN npm run build

FROM python:3.13-slim AS python
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --extra pkcs11 --no-install-project
COPY api ./api
RUN uv sync --locked --no-dev --extra pkcs11 && .venv/bin/python -m compileall -q api

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin iportal
WORKDIR /app
COPY --from=python /app /app
COPY migrations ./migrations
COPY --from=spa /src/frontend/dist ./frontend/dist
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 IPORTAL_HOST=0.0.0.0 IPORTAL_DATA_DIR=/tmp
USER 10001
EXPOSE 8000
HEALTHCHECK CMD python -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=3)"
ENTRYPOINT ["iportal"]
CMD ["serve"]
