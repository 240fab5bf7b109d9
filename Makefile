# Chatsj: anonymous text chat with strangers, as an nginx module. `make help` lists what can be made.
#
#   BUILD          where everything is written (build)
#   NGINX_SOURCE   the source of the nginx that will load the module (Debian's nginx-dev)
#   PORT, ADDRESS  where `make run` listens (8443, 127.0.0.1)
#   DESTDIR        put in front of every path by `make install`
#   PAIRS, SECONDS, SEED, WORKERS  who talks in `make storm` (200 pairs), and for how long it storms (120)
#   FUZZ           which fuzzers `make fuzz` runs (all of them), each for FUZZ_SECONDS (60)
#   V=1            shows the commands
#
# What `make test`, `make run` and `make check` need and this machine lacks, they install (.ci/deps).

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
ifndef V
.SILENT:
endif

BUILD ?= build
NGINX_SOURCE ?= /usr/share/nginx/src
PORT ?= 8443
ADDRESS ?= 127.0.0.1

build := $(abspath $(BUILD))
ifneq ($(words $(build)) $(words $(CURDIR)),1 1)
$(error make cannot build in a folder with a space in its path: $(CURDIR))
endif
module := ngx_http_chat_module

.PHONY: all
all: $(BUILD)/$(module).so  ## the module, as build/ngx_http_chat_module.so

.PHONY: help
help:  ## this list
	awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

# -- the module, and whole nginxes with it inside ---------------------------------------------------------------------

sources := $(wildcard src/*/*.cpp)
headers := $(wildcard src/*/*.h)

# Debian's flags for nginx and its modules.
buildflags = DEB_BUILD_MAINT_OPTIONS=hardening=+all,-pie dpkg-buildflags --get

# What a configured build depends on besides the text of the sources: when it changes, the build begins anew. The
# version of nginx-dev is part of it, as a module fits only the very nginx it was built for; that of hiredis, as its
# headers are compiled in.
settings = $(sources) $(headers) $(NGINX_SOURCE) \
    $(shell dpkg-query --show nginx-dev libhiredis-dev 2>/dev/null) $(shell dpkg-buildflags 2>/dev/null | cksum)

$(BUILD)/settings: FORCE
	mkdir -p $(BUILD)
	cmp --quiet - $@ <<< '$(settings)' || cat > $@ <<< '$(settings)'

.PHONY: FORCE
FORCE:

$(NGINX_SOURCE)/conf_flags:
	echo 'nginx-dev is not installed (no $@): make deps' >&2
	exit 1

# $(call configure,SOURCE,FOLDER,CFLAGS,LDFLAGS,ARGUMENTS): nginx's configure is silent unless it fails. It runs in a
# folder of links to the source, so that the folder it builds in is ../FOLDER: a path that has a ".c" in it, as that of
# a checkout may, becomes a wrong name of an object.
define configure
	echo 'configure $(BUILD)/$(2)'
	rm -rf $(BUILD)/$(2) $(BUILD)/$(2)-source
	mkdir -p $(BUILD)/$(2) $(BUILD)/$(2)-source
	ln -s $(addprefix $(1)/,auto src configure) $(BUILD)/$(2)-source
	. $(NGINX_SOURCE)/conf_flags; cflags="$(3)"; ldflags="$(4)"; cd $(BUILD)/$(2)-source; log=../$(2)/configure.log; \
	./configure --with-cc-opt="$$cflags" --with-ld-opt="$$ldflags" "$${NGX_CONF_FLAGS[@]}" \
	    --builddir=../$(2) $(5) &> $$log || { cat $$log >&2; exit 1; }
endef

debian_cflags = $$($(buildflags) CFLAGS) -fPIC $$($(buildflags) CPPFLAGS)
debian_ldflags = $$($(buildflags) LDFLAGS) -fPIC
configured := config config.make Makefile $(BUILD)/settings $(NGINX_SOURCE)/conf_flags

$(BUILD)/module/Makefile: $(configured)
	$(call configure,$(NGINX_SOURCE),module,$(debian_cflags),$(debian_ldflags),--add-dynamic-module=$(CURDIR))

$(BUILD)/$(module).so: $(BUILD)/module/Makefile $(sources) $(headers)
	echo 'build $@'
	+$(MAKE) $(if $V,,--silent) -C $(BUILD)/module-source -f ../module/Makefile modules
	cp $(BUILD)/module/$(module).so $@.new
	mv $@.new $@  # never written over: an nginx may have it in its memory

# Whole nginxes are built from Debian's source package: nginx-dev has no more than headers.
full_source := $(build)/nginx-source/source

$(full_source)/configure: $(NGINX_SOURCE)/conf_flags
	echo "fetch the source of Debian's nginx"
	.ci/nginx-source $(BUILD)/nginx-source
	touch $@

.PHONY: static
static: $(BUILD)/static/nginx  ## a whole nginx with the module inside, as build/static/nginx

$(BUILD)/static/Makefile: $(configured) $(full_source)/configure
	$(call configure,$(full_source),static,$(debian_cflags),$(debian_ldflags),--add-module=$(CURDIR))

# The same with sanitizers. Undefined behaviour is looked for in our objects alone: nginx's C has its own ideas of it.
# With NGX_DEBUG_PALLOC each piece of a pool is a piece of the heap, so that its ends are watched.
asan_cflags := -g -O1 -fno-omit-frame-pointer -fsanitize=address -DNGX_DEBUG_PALLOC=1
$(BUILD)/asan/Makefile: export CHAT_CFLAGS := -fsanitize=undefined -fno-sanitize-recover=undefined
$(BUILD)/asan/Makefile: $(configured) $(full_source)/configure
	$(call configure,$(full_source),asan,$(asan_cflags),-fsanitize=address -fsanitize=undefined,--add-module=$(CURDIR))

$(BUILD)/static/nginx $(BUILD)/asan/nginx: $(BUILD)/%/nginx: $(BUILD)/%/Makefile $(sources) $(headers)
	echo 'build $@'
	+$(MAKE) $(if $V,,--silent) -C $(BUILD)/$*-source -f ../$*/Makefile binary

# -- to try it, and to use it -----------------------------------------------------------------------------------------

.PHONY: run
run:  ## nginx with the chat in the foreground, at PORT of ADDRESS
	.ci/deps run build
	+$(MAKE) all
	nginx-conf/run '$(build)' '$(ADDRESS)' '$(PORT)'

modules_dir := $(DESTDIR)/usr/lib/nginx/modules
load_dir := $(DESTDIR)/usr/share/nginx/modules-available
enabled_dir := $(DESTDIR)/etc/nginx/modules-enabled
snippets_dir := $(DESTDIR)/etc/nginx/snippets
share_dir := $(DESTDIR)/usr/share/chatsj

.PHONY: install
install: all  ## the module, the page and the snippets of nginx.conf into Debian's nginx
	[ -n '$(DESTDIR)' ] || [ -w /usr/lib ] || { echo 'make install writes to /usr and /etc: it takes root (sudo).' >&2; exit 1; }
	install -d $(modules_dir) $(load_dir) $(enabled_dir) $(snippets_dir) $(share_dir)
	install -m 644 $(BUILD)/$(module).so $(modules_dir)
	echo 'load_module modules/$(module).so;' > $(load_dir)/mod-http-chat.conf
	ln -sfn /usr/share/nginx/modules-available/mod-http-chat.conf $(enabled_dir)/50-mod-http-chat.conf
	install -m 644 nginx-conf/snippets/*.conf $(snippets_dir)
	rm -rf $(share_dir)/html
	cp -r html $(share_dir)
	chmod -R u=rwX,go=rX $(share_dir)/html
	chmod 644 $(load_dir)/mod-http-chat.conf
	install -m 644 nginx-conf/site.conf $(share_dir)
	echo 'Installed; nginx loads the module at its next start. An example of a site: /usr/share/chatsj/site.conf'

.PHONY: deps
deps:  ## installs everything that any of this needs
	.ci/deps run build test check

.PHONY: clean
clean:  ## removes what was built
	rm -rf $(BUILD)

# -- tests ------------------------------------------------------------------------------------------------------------

.PHONY: test
test:  ## all tests: units, simulated clusters, fuzzers, the page, what is built, nginx end to end, people in a browser
	.ci/deps run build test
	+$(MAKE) unit sim all $(npm)
	+$(MAKE) fuzz-short
	$(call node_test,html build nginx storm browser)

unit_flags := -std=c++20 -fno-exceptions -fno-rtti -Wall -Wextra -Werror -g -O1 -fno-omit-frame-pointer \
    -fsanitize=address,undefined -fno-sanitize-recover=all -Isrc -Itests

unit_folders := ws chat share
unit_objects := $(patsubst src/%.cpp,$(BUILD)/unit/src/%.o,$(wildcard $(unit_folders:%=src/%/*.cpp)))
unit_library := $(BUILD)/unit/src/library.a
unit_tests := $(patsubst tests/%.cpp,$(BUILD)/unit/%,$(wildcard $(unit_folders:%=tests/%/*_test.cpp)))

.PHONY: unit
unit: $(unit_tests)  ## the unit tests of src/ws, src/chat and src/share
	failed=0; for each in $^; do $$each || failed=1; done; exit $$failed

$(BUILD)/unit/src/%.o: src/%.cpp Makefile
	mkdir -p $(@D)
	$(CXX) $(unit_flags) -MMD -MP -c -o $@ $<

$(BUILD)/unit/%_test.o: tests/%_test.cpp Makefile
	mkdir -p $(@D)
	$(CXX) $(unit_flags) -MMD -MP -c -o $@ $<

$(unit_library): $(unit_objects)
	rm -f $@
	ar rcs $@ $^

$(BUILD)/unit/%_test: $(BUILD)/unit/%_test.o $(unit_library)
	$(CXX) $(unit_flags) -o $@ $^ -lcmocka -lhiredis -lssl -lcrypto -lutf8proc

.SECONDARY:
-include $(shell find $(BUILD)/unit $(BUILD)/sim $(BUILD)/sim-fast -name '*.d' 2>/dev/null)

# Simulated clusters (docs/simulation.md): with sanitizers; without, to run long; and with faults put in.
SEEDS ?= 300
FIRST ?= 1
.PHONY: sim sim-long mutants
sim: $(BUILD)/sim/sim  ## simulated clusters with sanitizers: SEEDS of them, from the seed FIRST on
	$< -s tests/sim/seeds $(SEEDS) $(FIRST)
sim-long: $(BUILD)/sim-fast/sim  ## the same without sanitizers, on after a failure: SEEDS=100000
	$< -k -q -s tests/sim/seeds $(SEEDS) $(FIRST)
mutants: $(BUILD)/sim-fast/sim  ## faults put into the domain, and how many seeds find each
	tests/sim/mutants/run $(BUILD) 5000 $(CXX) $(filter-out -W%,$(sim_flags)) -O2

sim_flags := -std=c++20 -fno-exceptions -fno-rtti -Wall -Wextra -Werror -g -Isrc -Itests
sim_objects := $(patsubst %.cpp,%.o,$(wildcard tests/sim/*.cpp src/chat/*.cpp))
sim_links := -lssl -lcrypto -lutf8proc

$(BUILD)/sim/%.o: %.cpp Makefile
	mkdir -p $(@D)
	$(CXX) $(unit_flags) -MMD -MP -c -o $@ $<
$(BUILD)/sim-fast/%.o: %.cpp Makefile
	mkdir -p $(@D)
	$(CXX) $(sim_flags) -O2 -MMD -MP -c -o $@ $<

$(BUILD)/sim/sim: $(sim_objects:%=$(BUILD)/sim/%)
	$(CXX) $(unit_flags) -o $@ $^ $(sim_links)
$(BUILD)/sim-fast/sim: $(sim_objects:%=$(BUILD)/sim-fast/%)
	$(CXX) -o $@ $^ $(sim_links)

# -- fuzzers: each tests/fuzz/NAME_fuzz.cpp is one, and begins with tests/fuzz/corpus/NAME ----------------------------

fuzz_names := $(patsubst tests/fuzz/%_fuzz.cpp,%,$(wildcard tests/fuzz/*_fuzz.cpp))
fuzz_programs := $(fuzz_names:%=$(BUILD)/fuzz/%)
FUZZ ?= $(fuzz_names)
FUZZ_SECONDS ?= 60

# libFuzzer is a part of clang, which also has to compile what it watches.
fuzz_flags := -std=c++20 -fno-exceptions -fno-rtti -Wall -Wextra -g -O1 -fno-omit-frame-pointer \
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -Isrc -Itests
fuzz_library := $(BUILD)/fuzz/library.a
fuzz_objects := $(patsubst src/%.cpp,$(BUILD)/fuzz/src/%.o,$(wildcard $(unit_folders:%=src/%/*.cpp))) \
    $(BUILD)/fuzz/tests/fuzz/entry.o

.PHONY: fuzz fuzz-short
fuzz:  ## the fuzzers, two at a time, each for FUZZ_SECONDS
	.ci/deps run build test
	+$(MAKE) $(FUZZ:%=$(BUILD)/fuzz/%)
	tests/fuzz/run $(FUZZ_SECONDS) $(BUILD)/fuzz $(FUZZ)
fuzz-short: $(fuzz_programs)  ## each fuzzer for a few seconds
	tests/fuzz/run 3 $(BUILD)/fuzz $(fuzz_names)

$(BUILD)/fuzz/src/%.o: src/%.cpp Makefile
	mkdir -p $(@D)
	clang++ $(fuzz_flags) -MMD -MP -c -o $@ $<

$(BUILD)/fuzz/tests/%.o: tests/%.cpp Makefile
	mkdir -p $(@D)
	clang++ $(fuzz_flags) -MMD -MP -c -o $@ $<

$(fuzz_library): $(fuzz_objects)
	rm -f $@
	ar rcs $@ $^

$(fuzz_programs): $(BUILD)/fuzz/%: $(BUILD)/fuzz/tests/fuzz/%_fuzz.o $(fuzz_library)
	clang++ -fsanitize=fuzzer,address,undefined -o $@ $^ -lhiredis -lssl -lcrypto -lutf8proc

-include $(shell find $(BUILD)/fuzz/src $(BUILD)/fuzz/tests -name '*.d' 2>/dev/null)

# -- the tests in JavaScript ------------------------------------------------------------------------------------------

# $(call node_test,FOLDERS): one run over all their files, two at a time where Node can: most of them wait for most of
# their time. (Node 18 finds none by itself below a folder that is named.)
node_two = $(shell node --help 2> /dev/null | grep -q -e --test-concurrency && echo --test-concurrency=2)
node_test = CHAT_MODULE="$${CHAT_MODULE-$(build)/$(module).so}" \
    node --test $(node_two) --test-reporter=spec $(sort $(foreach folder,$(1),$(wildcard tests/$(folder)/*.test.js)))

npm := tests/node_modules/.package-lock.json
$(npm): tests/package-lock.json
	cd tests && npm ci --loglevel=error --no-audit --no-fund > /dev/null
	touch $@

.PHONY: test-html test-nginx test-browser
test-html:  ## the tests of the page's modules alone
	$(call node_test,html)
test-nginx: all $(npm)  ## the end-to-end tests alone
	$(call node_test,nginx)
test-browser: all $(npm)  ## the browser's tests alone
	$(call node_test,browser)

# Leaks are looked for in workers that end; `nginx -t` ends without giving its configuration back (.ci/leaks).
.PHONY: test-asan
test-asan:  ## the end-to-end tests and a storm against an nginx with sanitizers
	.ci/deps run build test
	+$(MAKE) $(BUILD)/asan/nginx $(npm)
	export NGINX_BINARY=$(build)/asan/nginx CHAT_MODULE= UBSAN_OPTIONS=print_stacktrace=1 \
	    LSAN_OPTIONS=suppressions=$(CURDIR)/.ci/leaks:print_suppressions=0; \
	$(call node_test,nginx storm)

# SECONDS is said again: bash, which make runs this in, counts it on.
.PHONY: storm
storm: all $(npm)  ## pairs of people talk for SECONDS while everything breaks; SEED repeats one
	.ci/deps run build test
	CHAT_MODULE="$${CHAT_MODULE-$(build)/$(module).so}" SECONDS='$(SECONDS)' node tests/storm/main.js

.PHONY: bench
bench: all  ## what a relayed message and an idle connection cost
	tests/bench/run

.PHONY: bench-cluster
bench-cluster: all  ## Redis commands against people and workers, and how long a message takes
	.ci/deps run build test
	CHAT_MODULE='$(build)/$(module).so' node tests/bench/cluster.js

# -- checks -----------------------------------------------------------------------------------------------------------

.PHONY: check
check:  ## form, clang-tidy, layers, scripts, what the module exports, the static build
	.ci/deps run build test check
	+$(MAKE) format tidy layers scripts exports static

cpp_files := $(wildcard src/*/*.cpp src/*/*.h tests/*.h tests/*/*.cpp tests/*/*.h)
# Another version than ours has another opinion.
clang_version := 14
clang_tool = $(firstword $(shell command -v $(1)-$(clang_version) $(1)))
is_ours = $(findstring version $(clang_version).,$(shell $(call clang_tool,$(1)) --version))
not_checked = echo "NOT CHECKED: $(@F). It takes $(1) $(clang_version)." >&2

.PHONY: format
format:  ## the form of C++, as .clang-format has it
	$(if $(call is_ours,clang-format), \
	    $(call clang_tool,clang-format) --dry-run -Werror $(cpp_files),$(call not_checked,clang-format))

tidy_passed := $(patsubst %.cpp,$(BUILD)/tidy/%.passed,$(filter %.cpp,$(cpp_files)))

# Configured before the make below begins: that one would configure beside the one of `exports`, in the same folder.
.PHONY: tidy
tidy: $(BUILD)/module/Makefile  ## clang-tidy, as .clang-tidy has it
	+$(if $(call is_ours,clang-tidy),$(MAKE) $(tidy_passed),$(call not_checked,clang-tidy))

nginx_folders := core event event/modules os/unix http http/modules http/v2
tidy_flags = -std=c++20 -fno-exceptions -fno-rtti -Wall -Wextra -Isrc -Itests \
    -isystem $(BUILD)/module $(addprefix -isystem $(NGINX_SOURCE)/src/,$(nginx_folders))

# A test is to be read; how fast it is does not matter.
$(BUILD)/tidy/%.passed: %.cpp $(filter %.h,$(cpp_files)) .clang-tidy $(BUILD)/module/Makefile
	mkdir -p $(@D)
	echo 'tidy $<'
	$(call clang_tool,clang-tidy) --quiet --warnings-as-errors='*' $(if $(filter tests/%,$<),--checks=-performance-*) \
	    $< -- $(tidy_flags) 2> $(basename $@).log || \
	    { grep -v 'warnings\? generated\|^Suppressed\|^Use -header' $(basename $@).log >&2; exit 1; }
	touch $@

.PHONY: layers
layers:  ## src/ws and src/chat know nothing of nginx, nor of each other
	.ci/layers src
	.ci/layers-test

js_files = $(shell find html tests -name node_modules -prune -o -name '*.js' -print)
sh_files = $(shell grep -rlE '^\#!/bin/(ba)?sh' --exclude-dir=node_modules .ci nginx-conf tests)

.PHONY: scripts
scripts:  ## shell and JavaScript
	shellcheck --severity=style $(sh_files)
	for each in $(js_files); do node --check $$each; done

.PHONY: exports
exports: all  ## the module needs no libstdc++, and leaves nginx no names but the three it asks for
	! readelf --dynamic $(BUILD)/$(module).so | grep 'NEEDED.*libstdc++'
	diff <(nm --dynamic --defined-only --format=just-symbols $(BUILD)/$(module).so) \
	    <(printf '%s\n' ngx_module_names ngx_module_order ngx_modules)
