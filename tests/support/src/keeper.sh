# Keeps one mongod for one test process: obeys the words on stdin, answers each with a line, and when stdin ends, however
# the test process ended, kills the server and removes its files.
#
# usage: sh -c "$KEEPER" keeper <directory> <program> <arguments...>
trap '' INT TERM HUP
directory=$1
shift
pid=
while read -r word; do
  case $word in
    start) "$@" >>"$directory/log" 2>&1 </dev/null & pid=$! ;;
    kill) kill -KILL "$pid"; wait "$pid" 2>/dev/null; pid= ;;
    freeze) kill -STOP "$pid" ;;
    thaw) kill -CONT "$pid" ;;
    # A process that has ended stays as a zombie until it is waited for.
    alive) if grep -qs '^State:.*Z' "/proc/$pid/status"; then echo no; continue; fi ;;
  esac
  echo yes
done
if [ -n "$pid" ]; then
  kill -KILL "$pid" 2>/dev/null
  wait "$pid" 2>/dev/null
fi
rm -rf "$directory"
