#!/usr/bin/env bash
# The one command that says whether the project is sound. `./check.sh help` lists what it can do.
#
# Everything that a suite of real clients needs is installed below target/clients by the project's own files, with
# versions pinned, so that a clean clone and a machine that reaches the package registries are enough.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
  cat <<'TEXT'
usage: ./check.sh [fast | clients | all | terraform | fuzz | long | bench | help]

  fast       format, lints, all Rust tests, documentation, licences (what no argument means)
  clients    the suites of real Azure clients, against a release build; or name some: ./check.sh clients python
  all        both, and 100,000 decisions compared with the Cedar engine's; what the README names and continuous
             integration runs
  terraform  by hand: Terraform applies, plans, imports and destroys; TERRAFORM_PLUGINS names a folder with its
             provider azurerm: a mirror, or one that has the binary itself
  long       by hand: all Rust tests, the property tests with 20 times as many cases (PROPTEST_CASES says
             otherwise), ten million decisions compared with the Cedar engine's (SECOND_OPINION_DECISIONS says
             otherwise), 64 workers at once for a minute, fuzzing, then the suites of real clients ten times over
  fuzz       by hand: each fuzz target for FUZZ_SECONDS (ten minutes), or name some: ./check.sh fuzz jwt; needs a
             nightly compiler, and installs cargo-fuzz below target/fuzz
  bench      the benchmarks, with their ratios

A suite whose tool is missing is skipped and reported; with CI=true that is a failure.
TEXT
}

readonly target="${CARGO_TARGET_DIR:-target}"
readonly emulator="$target/release/adf-emulator"
readonly installed="target/clients"
readonly is_ci="${CI:-false}"
readonly fuzz_targets=(jwt assertion lenient_json world_file condition)
readonly suites=(rust shell python python-plugin javascript javascript-module go java azure-cli home)

# Runs one step and prints how long it took. A failing step ends the run, named. (A function that is run as a step says
# `|| return` where it must not go on: the shell does not end by itself inside a condition.)
step() {
  local name="$1" from=$SECONDS
  shift
  printf '\n==> %s\n' "$name"
  if "$@"; then
    printf '==> %s: %s s\n' "$name" "$((SECONDS - from))"
  else
    printf '\n==> FAILED: %s, after %s s: %s\n' "$name" "$((SECONDS - from))" "$*" >&2
    exit 1
  fi
}

fast() {
  step 'format' cargo fmt --all --check
  step 'lints' cargo clippy --workspace --all-targets -- -D warnings
  # Licences and sources of the packages are checked by tests/tidy, which runs with the rest.
  step 'tests' cargo test --workspace
  step 'documentation' env RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps
}

# Reports a suite that cannot run here; in continuous integration nothing may be left out.
cannot_run() {
  local suite="$1" why="$2"
  if [ "$is_ci" = true ]; then
    printf '%s: cannot run: %s\n' "$suite" "$why" >&2
    failed=$((failed + 1))
  else
    printf '%s: skipped: %s\n' "$suite" "$why"
    skipped=$((skipped + 1))
  fi
}

# Adds what a suite's JUnit report says to the totals. A suite that wrote none, or ended badly without a failure in
# its report, has failed.
tally() {
  local suite="$1" status="$2" report="$3" cases=0 bad=0 left=0
  if [ -f "$report" ]; then
    cases=$({ grep -o '<testcase[ >]' "$report" || true; } | wc -l)
    bad=$({ grep -oE '<(failure|error)[ >]' "$report" || true; } | wc -l)
    left=$({ grep -oE '<skipped[ />]' "$report" || true; } | wc -l)
  fi
  if [ "$cases" -eq 0 ] || { [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; }; then
    bad=$((bad + 1)) cases=$((cases + 1))
  fi
  printf '%s: %s of %s\n' "$suite" "$((cases - bad - left))" "$cases"
  passed=$((passed + cases - bad - left)) failed=$((failed + bad)) skipped=$((skipped + left))
}

# Runs a command in a fresh emulator with the variables that point clients at it, and adds up its report.
run_suite() {
  local suite="$1" report="$2" status=0
  shift 2
  rm -f "$report"
  ADF_EMULATOR_BIN="$(realpath "$emulator")" "$emulator" exec --log off -- "$@" || status=$?
  tally "$suite" "$status" "$report"
}

# Returns whether what the files say has been installed already, by their checksum.
is_installed() {
  local stamp="$1"
  shift
  [ -f "$stamp" ] && [ "$(cat "$@" | cksum)" = "$(cat "$stamp")" ]
}

# Runs a command in a fresh emulator and counts it as one case: it passes when it ends with the status that is wanted.
run_case() {
  local name="$1" wanted="$2"
  shift 2
  count_case "$name" "$wanted" "$emulator" exec --log off "$@"
}

# Runs a command and counts it as one case.
count_case() {
  local name="$1" wanted="$2" log="$installed/last.log" status=0
  shift 2
  mkdir -p "$installed"
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ "$status" -eq "$wanted" ]; then
    printf 'ok: %s\n' "$name"
    passed=$((passed + 1))
  else
    cat "$log"
    printf 'NOT OK: %s: status %s, not %s\n' "$name" "$status" "$wanted"
    failed=$((failed + 1))
  fi
}

# What each program says that shares a runtime as it would in Azure, and knows nothing of an emulator.
readonly unmodified_says='before the grant: 401 UnauthorizedIntegrationRuntimeAccess
after the grant: linked-runtime is shared-runtime of adf-unmodified-sharing'

# Runs such a program beside an emulator that stands in for Azure, and counts it as one case.
run_unmodified() {
  local suite="$1" log="$installed/last.log" said status=0
  shift
  said=$("$emulator" exec --transparent --offline --log off -- "$@" 2>"$log" </dev/null) || status=$?
  if [ "$status" -eq 0 ] && [ "$said" = "$unmodified_says" ]; then
    printf 'ok: %s, a program that knows no emulator, under --transparent\n' "$suite"
    passed=$((passed + 1))
  else
    cat "$log"
    printf 'NOT OK: %s, a program that knows no emulator: status %s, it says: %s\n' "$suite" "$status" "$said"
    failed=$((failed + 1))
  fi
}

suite_rust() {
  local built="$target/debug"
  cargo build --quiet -p adf-emulator-client --bins --examples || return
  run_case 'the demo walks through every step and refusal' 0 -- "$built/adf" demo
  run_case 'the demo notices an emulator that refuses nothing' 1 --auth relaxed -- "$built/adf" demo
  run_case 'the example of docs/clients/rust.md works' 0 -- "$built/examples/share"
  # shellcheck disable=SC2016 # The variable is the emulator's.
  run_case 'a workload signs in as a managed identity' 0 -- \
    sh -c 'IDENTITY_ENDPOINT="$EMULATOR_HTTP_URL/msi/token" IDENTITY_HEADER=any exec "$0"' "$built/examples/managed_identity"
}

suite_shell() {
  command -v curl >/dev/null || { cannot_run shell 'curl is not there'; return; }
  local path
  path="$(dirname "$(realpath "$emulator")"):$PATH"
  count_case 'the script of docs/continuous-integration.md works' 0 env PATH="$path" docs/ci/test.sh
}

# Returns whether there is a Python that makes environments; says so when there is none.
has_python() {
  python3 -c 'import ensurepip, venv' 2>/dev/null || { cannot_run "$1" 'python3 with its modules venv and ensurepip is not there'; return 1; }
}

# Installs what a suite's requirements.txt and constraints.txt say into an environment of its own.
install_python() {
  local here="$1" folder="$2"
  local wanted=("$here/requirements.txt" "$here/constraints.txt")
  is_installed "$folder/stamp" "${wanted[@]}" && return
  rm -rf "$folder"
  mkdir -p "$folder"
  python3 -m venv "$folder/venv" || return
  "$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    -r "$here/requirements.txt" -c "$here/constraints.txt" || return
  cat "${wanted[@]}" | cksum >"$folder/stamp"
}

suite_python() {
  local here=tests/clients/python folder="$installed/python"
  has_python python || return 0
  install_python "$here" "$folder" || return
  run_suite python "$folder/report.xml" "$folder/venv/bin/python" -B -m pytest -p no:cacheprovider "$here" --junitxml "$folder/report.xml"
  run_unmodified python "$folder/venv/bin/python" -B "$here/unmodified.py"
}

# The plugin of pytest, installed as a user has it. It starts its own emulators, so nothing says where one is.
suite_python-plugin() {
  local here=tests/clients/python folder="$installed/python" status=0
  has_python python-plugin || return 0
  install_python "$here" "$folder" || return
  local source=(client/python/pyproject.toml client/python/src/adf_emulator/*.py)
  if ! is_installed "$folder/plugin.stamp" "${source[@]}"; then
    # Built from a copy, because building leaves files beside what it builds.
    rm -rf "$folder/plugin"
    cp -r client/python "$folder/plugin"
    "$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall "$folder/plugin" || return
    cat "${source[@]}" | cksum >"$folder/plugin.stamp"
  fi
  rm -f "$folder/plugin-report.xml"
  ADF_EMULATOR_BIN="$(realpath "$emulator")" "$folder/venv/bin/python" -B -m pytest -p no:cacheprovider \
    tests/clients/python-plugin --junitxml "$folder/plugin-report.xml" || status=$?
  tally python-plugin "$status" "$folder/plugin-report.xml"
}

# The Azure CLI pins other versions than the SDKs, so it has an environment of its own.
suite_azure-cli() {
  local here=tests/clients/azure-cli folder="$installed/azure-cli"
  has_python azure-cli || return 0
  install_python "$here" "$folder" || return
  run_suite azure-cli "$folder/report.xml" "$folder/venv/bin/python" -B -m pytest -p no:cacheprovider "$here" --junitxml "$folder/report.xml"
  run_case "azure-cli, in Azure's own cloud, under --transparent" 0 --transparent --offline -- bash "$here/unmodified.sh" "$folder/venv/bin/az"
}

# Returns whether there is a Node.js that the SDKs run on; says so when there is none.
has_node() {
  { command -v node && command -v npm; } >/dev/null || { cannot_run "$1" 'node or npm is not there'; return 1; }
  [ "$(node -p 'process.versions.node.split(".")[0] >= 20')" = true ] || { cannot_run "$1" 'node is older than 20'; return 1; }
}

install_javascript() {
  local here=tests/clients/javascript folder="$1"
  local wanted=("$here/package.json" "$here/package-lock.json")
  mkdir -p "$folder"
  if ! is_installed "$folder/stamp" "${wanted[@]}"; then
    rm -f "$folder/stamp"
    cp "${wanted[@]}" "$folder/"
    npm ci --prefix "$folder" --no-audit --no-fund --loglevel=error || return
    cat "${wanted[@]}" | cksum >"$folder/stamp"
  fi
  # Node looks for packages beside the file that asks for them, so the suites run beside what was installed.
  rm -rf "$folder"/*.mjs "$folder/node_modules/adf-emulator"
  cp "$here"/*.mjs tests/clients/javascript-module/*.mjs "$folder/"
  cp -r client/javascript "$folder/node_modules/adf-emulator"
}

# The tests of a suite in JavaScript, whatever else lies beside what was installed.
readonly junit_of_node=(node --test --test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit)

tests_in() {
  local suite="$1" folder="$2" file
  for file in "tests/clients/$suite"/*.test.mjs; do printf '%s\n' "$folder/$(basename "$file")"; done
}

suite_javascript() {
  local folder="$installed/javascript" files
  has_node javascript || return 0
  install_javascript "$folder" || return
  mapfile -t files < <(tests_in javascript "$folder")
  run_suite javascript "$folder/report.xml" "${junit_of_node[@]}" --test-reporter-destination="$folder/report.xml" "${files[@]}"
  run_unmodified javascript node "$folder/unmodified.mjs"
}

# The module starts its own emulators, so nothing says where one is.
suite_javascript-module() {
  local folder="$installed/javascript" files status=0
  has_node javascript-module || return 0
  install_javascript "$folder" || return
  mapfile -t files < <(tests_in javascript-module "$folder")
  rm -f "$folder/module-report.xml"
  ADF_EMULATOR_BIN="$(realpath "$emulator")" "${junit_of_node[@]}" \
    --test-reporter-destination="$folder/module-report.xml" "${files[@]}" || status=$?
  tally javascript-module "$status" "$folder/module-report.xml"
}

# Writes what `go test -v` prints as a JUnit report: a test that has parts counts by its parts.
junit_of_go() {
  awk '
    function tell() { if (last != "") print last; last = "" }
    function read(result, name) {
      return "<testcase name=\"" name "\">" (result == "FAIL:" ? "<failure></failure>" : result == "SKIP:" ? "<skipped/>" : "") "</testcase>"
    }
    /^--- (PASS|FAIL|SKIP): / { tell(); last = read($2, $3) }
    /^    --- (PASS|FAIL|SKIP): / { last = ""; print read($2, $3) }
    END { tell() }'
}

suite_go() {
  local here=tests/clients/go folder="$PWD/$installed/go" status=0
  command -v go >/dev/null || { cannot_run go 'go is not there'; return; }
  mkdir -p "$folder"
  # What the tool keeps, its counters (XDG_CONFIG_HOME) among it, stays below the folder.
  local own=(env GOPATH="$folder/path" GOCACHE="$folder/cache" GOFLAGS=-modcacherw XDG_CONFIG_HOME="$folder/config")
  if ! is_installed "$folder/stamp" "$here/go.mod" "$here/go.sum"; then
    "${own[@]}" go -C "$here" mod download || return
    cat "$here/go.mod" "$here/go.sum" | cksum >"$folder/stamp"
  fi
  "${own[@]}" go -C "$here" vet ./... || return
  rm -f "$folder/report.xml"
  "$emulator" exec --log off -- "${own[@]}" go -C "$here" test -count=1 -v ./... >"$folder/report.txt" || status=$?
  cat "$folder/report.txt"
  junit_of_go <"$folder/report.txt" >"$folder/report.xml"
  tally go "$status" "$folder/report.xml"
  "${own[@]}" go -C "$here" build -o "$folder/unmodified" ./unmodified || return
  run_unmodified go "$folder/unmodified"
}

suite_java() {
  local here=tests/clients/java folder="$PWD/$installed/java" status=0
  { command -v java && command -v mvn; } >/dev/null || { cannot_run java 'java or mvn is not there'; return; }
  javac --release 17 -version >/dev/null 2>&1 || { cannot_run java 'there is no compiler, or it is older than 17'; return; }
  local maven=(mvn --batch-mode --no-transfer-progress --file "$here/pom.xml"
    -Dmaven.repo.local="$folder/repository" -Dsuite.target="$folder/target")
  mkdir -p "$folder"
  if ! is_installed "$folder/stamp" "$here/pom.xml"; then
    "${maven[@]}" --quiet test dependency:build-classpath -DskipTests -Dmdep.outputFile="$folder/classpath" || return
    cksum <"$here/pom.xml" >"$folder/stamp"
  fi
  rm -rf "$folder/report.xml" "$folder/target/surefire-reports"
  "$emulator" exec --log off -- "${maven[@]}" --offline test || status=$?
  cat "$folder"/target/surefire-reports/TEST-*.xml >"$folder/report.xml" || true
  tally java "$status" "$folder/report.xml"
  run_unmodified java java -cp "$folder/target/classes:$(cat "$folder/classpath")" Unmodified
}

# Runs what the page of a client shows, with an empty home that cannot be written, and counts it as one case: it passes,
# and the home is as it was. Permissions do not stop root, so root gets a home that is mounted to be read, where it can.
at_home() {
  local name="$1" home="$PWD/$installed/home" before after mounted=()
  shift
  rm -rf "$home"
  mkdir -p "$home"
  chmod 555 "$home"
  if [ "$(id -u)" -eq 0 ] && unshare --mount true 2>/dev/null; then
    # shellcheck disable=SC2016 # The shell behind it reads them.
    mounted=(unshare --mount sh -c 'mount -t tmpfs -o ro none "$HOME" && exec "$@"' sh)
  fi
  before=$(all_of "$home")
  count_case "$name" 0 env -u XDG_CONFIG_HOME -u XDG_CACHE_HOME -u XDG_DATA_HOME HOME="$home" XDG_STATE_HOME="$PWD/$installed/state" \
    "${mounted[@]}" "$(realpath "$emulator")" exec --log off "$@"
  after=$(all_of "$home")
  if [ "$before" != "$after" ]; then
    printf 'NOT OK: %s: it wrote into its home:\n%s\n' "$name" "$(diff <(echo "$before") <(echo "$after"))"
    failed=$((failed + 1))
  fi
}

# Lists all that is in a folder, with when it was changed and what it says.
all_of() {
  find "$1" -printf '%p %y %m %T@\n' -type f -exec cksum {} +
}

suite_home() {
  local python="$installed/python" az="$installed/azure-cli" node="$installed/javascript" folder="$PWD/$installed/go"
  has_python home && has_node home || return 0
  command -v go >/dev/null || { cannot_run home 'go is not there'; return; }
  install_python tests/clients/python "$python" || return
  install_python tests/clients/azure-cli "$az" || return
  install_javascript "$node" || return
  # Where Go keeps packages, what it built, and its counters.
  local go=(env GOPATH="$folder/path" GOCACHE="$folder/cache" GOFLAGS=-modcacherw XDG_CONFIG_HOME="$folder/config")
  "${go[@]}" go -C tests/clients/go mod download || return
  local go_test=("${go[@]}" go -C tests/clients/go test -count=1) in_azure=(--transparent --offline --)
  local pytest=("$python/venv/bin/python" -B -m pytest -p no:cacheprovider)
  local with_az=(env PATH="$PWD/$az/venv/bin:$PATH" bash)
  at_home 'pytest' -- "${pytest[@]}" tests/clients/python/test_example.py
  at_home 'pytest, in Azure' "${in_azure[@]}" "${pytest[@]}" tests/clients/python/unmodified_suite.py
  at_home 'node' -- node "$node/example.mjs"
  at_home 'node, in Azure' "${in_azure[@]}" node "$node/unmodified.mjs"
  at_home 'go test' -- "${go_test[@]}" -run Example .
  at_home 'go test, in Azure' "${in_azure[@]}" "${go_test[@]}" -tags azure ./unmodified
  at_home 'az' -- "${with_az[@]}" tests/clients/azure-cli/example.sh
  at_home 'az, in Azure' "${in_azure[@]}" "${with_az[@]}" tests/clients/azure-cli/unmodified.sh
}

clients() {
  local chosen=("$@") suite
  [ ${#chosen[@]} -gt 0 ] || chosen=("${suites[@]}")
  for suite in "${chosen[@]}"; do
    declare -F "suite_$suite" >/dev/null || { printf 'there is no suite %s; there are: %s\n' "$suite" "${suites[*]}" >&2; exit 2; }
  done
  step 'release build' cargo build --release -p adf-emulator
  passed=0 failed=0 skipped=0
  for suite in "${chosen[@]}"; do
    step "client: $suite" "suite_$suite"
  done
  printf '\n%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ] || exit 1
}

suite_terraform() {
  local here="$PWD/tests/clients/terraform" folder="$PWD/$installed/terraform" from="${TERRAFORM_PLUGINS:-}" status=0
  command -v terraform >/dev/null || { cannot_run terraform 'terraform is not there'; return; }
  [ -n "$from" ] || { cannot_run terraform 'TERRAFORM_PLUGINS names no folder with the provider azurerm'; return; }
  from="$(cd "$from" && pwd)" || return
  rm -rf "$folder"
  mkdir -p "$folder/work"
  cp "$here/main.tf" "$folder/work/"
  local own=(env TF_CLI_CONFIG_FILE="$folder/terraform.rc" CHECKPOINT_DISABLE=1)
  if compgen -G "$from/terraform-provider-azurerm*" >/dev/null; then
    printf 'provider_installation {\n  dev_overrides {\n    "hashicorp/azurerm" = "%s"\n  }\n}\n' "$from" >"$folder/terraform.rc"
  else
    printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "$from" >"$folder/terraform.rc"
    "${own[@]}" terraform -chdir="$folder/work" init -no-color -input=false || { cannot_run terraform "there is no azurerm in $from"; return; }
  fi
  local program
  program="$(realpath "$emulator")" || return
  (cd "$folder/work" && "$program" exec --log off -- "${own[@]}" "$here/flow.sh" "$folder/report.xml") || status=$?
  tally terraform "$status" "$folder/report.xml"
}

bench() {
  # Start and memory are those of the binary that is shipped.
  step 'release build' cargo build --release -p adf-emulator
  step 'benchmarks' cargo bench -p adf-emulator-tests --bench speed
}

# Compares decisions with those of the Cedar engine; the package is outside the default members.
opinions() {
  local decisions="${SECOND_OPINION_DECISIONS:-$1}"
  shift
  step 'second opinion' env SECOND_OPINION_DECISIONS="$decisions" cargo test -p adf-emulator-second-opinion "$@" -- --nocapture
}

# Fuzzes the targets from the committed corpus; what is made up on the way stays below target/fuzz.
fuzz() {
  local chosen=("$@") one folder=target/fuzz
  [ ${#chosen[@]} -gt 0 ] || chosen=("${fuzz_targets[@]}")
  [ -x "$folder/bin/cargo-fuzz" ] || step 'cargo-fuzz' cargo install cargo-fuzz --locked --version 0.13.2 --root "$folder"
  for one in "${chosen[@]}"; do
    [ -d "fuzz/corpus/$one" ] || { printf 'there is no fuzz target %s; there are: %s\n' "$one" "${fuzz_targets[*]}" >&2; exit 2; }
    mkdir -p "$folder/corpus/$one" "$folder/findings/$one"
    # Our code has no unsafe part, so the sanitizers would find nothing and only slow it down.
    step "fuzz: $one" env RUSTUP_TOOLCHAIN=nightly "$folder/bin/cargo-fuzz" run --sanitizer none --target-dir "$folder/build" \
      "$one" "$folder/corpus/$one" "fuzz/corpus/$one" -- \
      -max_total_time="${FUZZ_SECONDS:-600}" -max_len=65536 -timeout=10 -artifact_prefix="$folder/findings/$one/"
  done
}

long() {
  step 'properties, many cases' env PROPTEST_CASES="${PROPTEST_CASES:-5120}" cargo test --workspace
  opinions 10000000 --profile long
  step 'workers, for a minute' env ADF_EMULATOR_WORKERS_SECONDS=60 cargo test -p adf-emulator-tests --test properties -- --nocapture workers
  fuzz
  local round
  for round in $(seq 10); do
    printf '\nround %s of 10\n' "$round"
    clients
  done
}

case "${1:-fast}" in
  fast) fast ;;
  clients) clients "${@:2}" ;;
  all)
    fast
    opinions 100000
    clients
    ;;
  fuzz) fuzz "${@:2}" ;;
  long) long ;;
  terraform) clients terraform ;;
  bench) bench ;;
  help | -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
