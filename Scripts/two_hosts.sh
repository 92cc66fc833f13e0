#!/usr/bin/env bash
# Runs a program under MPI on two hosts that are network namespaces of this machine, each with an address of its own:
#
#     Scripts/two_hosts.sh openmpi -n 4 .build/debug/SkinMICLe --out run
#     Scripts/two_hosts.sh mpich --cut 20 -n 2 .build/debug/SkinMICLe --out run
#
# Every second rank is on the second host. With --cut, the cable is pulled after so many seconds, and the script says
# when the program's processes on both sides have ended. Linux, as root, with iproute2 and openmpi-bin or mpich.
set -euo pipefail

library=$1
shift
cut=
if [ "$1" = --cut ]; then
  cut=$2
  shift 2
fi
[ "$1" = -n ] || { echo 'usage: two_hosts.sh openmpi|mpich [--cut SECONDS] -n RANKS PROGRAM ARGUMENT...' >&2; exit 2; }
ranks=$2
shift 2
program=$(realpath "$1")

folder=$(mktemp -d)
clean_up() {
  for host in a b; do
    for process in $(ip netns pids "loupe-$host"); do kill -KILL "$process" 2>/dev/null || true; done
    ip netns del "loupe-$host"
  done
  rm -r "$folder"
}
ip netns add loupe-a
ip netns add loupe-b
trap clean_up EXIT
trap "exit 130" INT TERM
ip link add va netns loupe-a type veth peer name vb netns loupe-b
ip -n loupe-a addr add 10.77.0.1/24 dev va
ip -n loupe-b addr add 10.77.0.2/24 dev vb
for host in a b; do
  ip -n "loupe-$host" link set lo up
  ip -n "loupe-$host" link set "v$host" up
done

for host in a b; do
  until ip -n "loupe-$host" -brief link show "v$host" | grep -q ' UP '; do sleep 0.1; done
done

is_running() {
  local process
  for process in $(ip netns pids "loupe-$1"); do
    if [ "$(readlink "/proc/$process/exe")" = "$program" ]; then return 0; fi
  done
  return 1
}

# What a launcher calls as it would call ssh: OPTION... HOST COMMAND...
cat >"$folder/agent" <<'AGENT'
#!/usr/bin/env bash
while [[ $1 == -* ]]; do shift; done
host=$([ "$1" = 10.77.0.1 ] && echo a || echo b)
shift
exec ip netns exec "loupe-$host" unshare --uts bash -c "hostname host-$host; cd '$PWD'; $*"
AGENT
chmod +x "$folder/agent"

case $library in
openmpi)
  launch=(mpirun.openmpi --allow-run-as-root --host "10.77.0.1:$ranks,10.77.0.2:$ranks" --map-by node
    --mca plm_rsh_agent "$folder/agent" --mca btl_tcp_if_include 10.77.0.0/24 --mca oob_tcp_if_include 10.77.0.0/24)
  for variable in $(compgen -e LOUPE_ || true); do launch+=(-x "$variable"); done
  ;;
mpich)
  # UCX would find that the hosts share memory.
  export UCX_TLS=tcp,self UCX_NET_DEVICES=va,vb UCX_LOG_LEVEL=error
  launch=(mpiexec.hydra -launcher ssh -launcher-exec "$folder/agent" -hosts 10.77.0.1,10.77.0.2 -iface va)
  ;;
*)
  echo "no library $library" >&2
  exit 2
  ;;
esac
"$folder/agent" 10.77.0.1 "exec $(printf '%q ' "${launch[@]}" -n "$ranks" "$@")" &
launcher=$!

if [ -n "$cut" ]; then
  sleep "$cut"
  ip -n loupe-b link set vb down
  SECONDS=0
  for host in a b; do
    while is_running "$host"; do sleep 0.1; done
    echo "$SECONDS s after the cut no process is left on host-$host"
  done
  # Open MPI's mpirun goes on waiting for the other host.
  sleep 1
  kill -KILL "$launcher" 2>/dev/null || true
fi
wait "$launcher"
