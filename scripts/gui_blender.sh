#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# A real Blender, with a real window, on a machine that has neither a screen nor a GPU nor a Blender.
#
#   gui_blender.sh setup              once, as root on Debian: a system tree of its own with Blender, a virtual
#                                     screen and software OpenGL (2 GB, some minutes)
#   gui_blender.sh run [ARGUMENT …]   Blender with these arguments on a screen of its own
#   gui_blender.sh exec COMMAND …     any command on such a screen; blender, xdotool and import are on its PATH
#   gui_blender.sh headless COMMAND … any command in the tree, without a screen
#
# The project, the current folder, the cache and the temporary folder are the same inside and outside.
# HUNYUAN3D_GUI_ROOT    the tree                                 (gui-blender in HUNYUAN3D_TEST_CACHE, or in .cache)
# HUNYUAN3D_GUI_BIND    more folders to share, separated by ':'
# HUNYUAN3D_GUI_SCREEN  size of the screen                       (1600x1000)
# HUNYUAN3D_GUI_SUITE   Debian release that has the Blender      (sid)
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
cache=${HUNYUAN3D_TEST_CACHE:-$project/.cache}
tree=${HUNYUAN3D_GUI_ROOT:-$cache/gui-blender}
screen=${HUNYUAN3D_GUI_SCREEN:-1600x1000}
suite=${HUNYUAN3D_GUI_SUITE:-sid}
temporary=${TMPDIR:-/tmp}

blender=(blender python3-requests python3-numpy python3-cattr python3-zstandard)
display=(xvfb openbox xdotool imagemagick libgl1-mesa-dri fonts-noto-cjk ca-certificates)

fail() {
    echo "gui_blender.sh: $1" >&2
    exit 1
}

in_tree() {
    chroot "$tree" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
}

setup() {
    if [[ -e $tree/.ready ]]; then
        echo "ready in $tree"
        return
    fi
    [[ $EUID == 0 ]] || fail "setup needs root, for debootstrap"
    if ! command -v debootstrap bwrap >/dev/null; then
        command -v apt-get >/dev/null || fail "setup needs debootstrap and bubblewrap, which this system does not offer"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap bubblewrap >/dev/null
    fi
    rm -rf "$tree"
    mkdir -p "$tree"
    debootstrap --variant=minbase --include=ca-certificates "$suite" "$tree" >"$tree.log" 2>&1 ||
        fail "debootstrap of $suite failed, see $tree.log"
    # The tree resolves names and trusts certificates as this machine does, mirrors of a company included.
    cp -L /etc/resolv.conf "$tree/etc/resolv.conf" || true
    cp -L /etc/ssl/certs/ca-certificates.crt "$tree/etc/ssl/certs/" || true
    printf '%s\n' 'Acquire::Check-Valid-Until "false";' 'APT::Install-Recommends "false";' 'Acquire::Retries "3";' \
        >"$tree/etc/apt/apt.conf.d/90project"
    { in_tree apt-get update -qq &&
        in_tree apt-get install -y -qq "${blender[@]}" "${display[@]}" && in_tree apt-get clean; } >>"$tree.log" 2>&1 ||
        fail "installing Blender into the tree failed, see $tree.log"
    touch "$tree/.ready"
    in_tree blender --version | head -n 1
}

inside() {
    [[ -e $tree/.ready ]] || fail "no Blender in $tree yet: run '$0 setup'"
    local shared=("$temporary" "$project" "$PWD") binds=() folder more
    [[ -d $cache ]] && shared+=("$cache")
    IFS=: read -ra more <<<"${HUNYUAN3D_GUI_BIND:-}"
    for folder in "${shared[@]}" "${more[@]}"; do binds+=(--bind "$folder" "$folder"); done
    runtime=$(mktemp -d "$temporary/gui-blender-XXXXXX")
    trap 'rm -rf "$runtime"' EXIT
    bwrap --bind "$tree" / --dev /dev --proc /proc --ro-bind /sys /sys "${binds[@]}" --chdir "$PWD" \
        --unshare-pid --die-with-parent \
        --setenv PATH /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --setenv LC_ALL C.UTF-8 \
        --setenv LIBGL_ALWAYS_SOFTWARE 1 --setenv XDG_RUNTIME_DIR "$runtime" --setenv TMPDIR "$runtime" \
        --unsetenv PYTHONPATH "$@"
}

# Runs in the tree: a screen whose number the server picks itself, a window manager, then the command.
on_screen='
    Xvfb -displayfd 1 -screen 0 "$SCREEN"x24 -nolisten tcp +extension GLX >"$XDG_RUNTIME_DIR/display" 2>/dev/null &
    server=$!
    until [ -s "$XDG_RUNTIME_DIR/display" ]; do kill -0 $server || exit 1; sleep 0.05; done
    DISPLAY=:$(cat "$XDG_RUNTIME_DIR/display")
    export DISPLAY
    openbox >/dev/null 2>&1 &
    "$@"
    code=$?
    kill $! $server 2>/dev/null
    exit $code'

case ${1:-} in
    setup) setup ;;
    run)
        shift
        inside --setenv SCREEN "$screen" sh -c "$on_screen" sh \
            blender --gpu-backend opengl --window-geometry 0 0 "${screen%x*}" "${screen#*x}" "$@"
        ;;
    exec)
        shift
        inside --setenv SCREEN "$screen" sh -c "$on_screen" sh "$@"
        ;;
    headless)
        shift
        inside "$@"
        ;;
    *)
        sed -n '4,18s/^# \{0,1\}//p' "$0"
        exit 2
        ;;
esac
