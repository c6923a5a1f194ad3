# Read by each client's run script and by run-all: $here is the caller's folder.
# shellcheck shell=bash

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# The folder for what this client needs; run-all's clients share its parent.
# shellcheck disable=SC2154
cache=${INTEROP_CACHE:-$project/target/interop}/$(basename "$here")

usage() {
  echo "usage: $(basename "$here")/run HOST PORT USER PASSWORD" >&2
  exit 2
}

skip() { # REASON
  echo "skipped: $*"
  exit 77
}

fail() {
  echo "FAILED  $*"
  exit 1
}

# quietly COMMAND...: what it prints is shown only if it fails.
quietly() {
  mkdir -p "$cache"
  "$@" >"$cache/install.log" 2>&1 || {
    tail -n 40 "$cache/install.log"
    fail "to install: $1 ${2-}, see above"
  }
}

at_least() { # VERSION MIN
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

# The name of a Python that the pinned packages have wheels for.
newest_python() {
  local name
  for name in python3 python3.13 python3.12 python3.11; do
    if "$name" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  return 1
}

venv() { # PYTHON: a virtual environment with the requirements; kept until they change
  if ! cmp -s "$here/requirements.txt" "$cache/installed.txt"; then
    rm -rf "$cache/venv"
    quietly "$1" -m venv "$cache/venv"
    quietly "$cache/venv/bin/python" -m pip install --only-binary :all: -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$cache/installed.txt"
  fi
}

# The JDK of JAVA_HOME, or the one on the path.
jdk() { # java or javac
  if [ -n "${JAVA_HOME-}" ]; then
    echo "$JAVA_HOME/bin/$1"
  else
    command -v "$1"
  fi
}

compile() { # CLASS: against the class path of the caller's pom.xml
  local javac
  javac=$(jdk javac) || skip "there is no JDK here"
  [ -x "$javac" ] || skip "there is no $javac"
  if ! cmp -s "$here/pom.xml" "$cache/installed.xml"; then
    mkdir -p "$cache"
    quietly "$project/mvnw" -B -f "$here/pom.xml" dependency:build-classpath \
      "-Dmdep.outputFile=$cache/classpath.txt"
    cp "$here/pom.xml" "$cache/installed.xml"
  fi
  quietly "$javac" --release 17 -Xlint:all,-classfile,-try,-processing -Werror -cp "$(cat "$cache/classpath.txt")" \
    -d "$cache/classes" "$here/$1.java"
}

run_java() { # CLASS ARGUMENT...
  # Netty 4.1 of these clients warns on newer JDKs, and works.
  exec "$(jdk java)" --add-opens=java.base/java.nio=ALL-UNNAMED \
    -cp "$cache/classes:$(cat "$cache/classpath.txt")" "$@"
}
