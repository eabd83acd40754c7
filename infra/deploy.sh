#!/bin/sh
# Deploys the zip PACKAGE to the function app APP; `pulumi up` runs it. Needs az, signed in; takes no secret.
# The app's roles are minutes old on the first run, and Azure may need some minutes more to honour them: hence the
# attempts. The error of each is shown, and the last one is the result.
set -eu

attempts=${ATTEMPTS:-10}
pause=${PAUSE:-30}
attempt=1
while :; do
  if az functionapp deployment source config-zip --subscription "$SUBSCRIPTION" --resource-group "$RESOURCE_GROUP" \
    --name "$APP" --src "$PACKAGE" --timeout 600 --output none; then
    echo "deployed $PACKAGE to $APP at attempt $attempt"
    exit 0
  fi
  if [ "$attempt" -ge "$attempts" ]; then
    echo "not deployed after $attempt attempts" >&2
    exit 1
  fi
  attempt=$((attempt + 1))
  sleep "$pause"
done
