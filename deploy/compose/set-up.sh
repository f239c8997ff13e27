#!/bin/sh
# What the embedded default does at its first start, for a database of one's own: tables, a sample, an admin key.
# Once: what somebody has changed since is not put back.
set -eu
umask 077

lastgood migrate run
[ -s "$DATA_DIR/admin-key" ] && exit 0

# Where a start that was interrupted has imported them already, nothing changes.
lastgood config import /app/sample/model-config.yaml --yes --reason 'sample configuration'
lastgood prompts import /app/sample/prompts.yaml --reason 'sample prompts'
lastgood keys create admin --role admin > "$DATA_DIR/admin-key.new"
mv "$DATA_DIR/admin-key.new" "$DATA_DIR/admin-key"
