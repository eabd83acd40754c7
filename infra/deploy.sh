#!/bin/sh
# Deploys the zip PACKAGE to the function app APP. Run by `pulumi up`; needs az, signed in, and no secret.
# Retries, because Azure may take minutes to apply the roles that the first run has just assigned. Prints the error of
# each attempt; exits non-zero if the last one fails.
set -eu

attempts=${ATTEMPTS:-10}
pause=${PAUSE:-30}
attempt=1
while :; do
  if az functionapp deployment source config-zip --subscription "$SUBSCRIPTION" --resource-group "$RESOURCE_GROUP" \
    --name "$APP" --src "$PACKAGE" --timeout 600 --output none; then
    echo "deployed $PACKAGE to $APP in attempt $attempt"
    exit 0
  fi
  if [ "$attempt" -ge "$attempts" ]; then
    echo "not deployed after $attempt attempts" >&2
    exit 1
  fi
  attempt=$((attempt + 1))
  sleep "$pause"
done
