# What open-remote-ssh runs: it ends, the server that it started stays.
TMP=${XDG_RUNTIME_DIR:-/tmp}
exec 9<>"$TMP/server_install.lock"
flock -w 30 9 || exit 1
echo @SERVER@ | base64 -d >"$TMP/server.js"
nohup node "$TMP/server.js" @ON@ >"$TMP/server.log" 2>&1 </dev/null 9>&- &
pid=$!
for _ in $(seq 170); do
    on=$(sed -n 's/^Listening on //p' "$TMP/server.log")
    [ -z "$on" ] || break
    sleep 0.1
done
flock -u 9
printf 'ID: start\nlisteningOn==%s==\npid==%s==\nID: end\n' "$on" "$pid"
exit 0
