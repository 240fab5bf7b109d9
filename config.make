# nginx compiles every source with its C flags. Ours are C++20, without what a module has no use for: exceptions and
# run-time types. The flags hang on our objects alone, so that no C file of nginx or of another module sees them;
# CHAT_CFLAGS adds to them.
chat_cflags="-std=c++20 -fno-exceptions -fno-rtti -fno-threadsafe-statics -fvisibility=hidden $CHAT_CFLAGS"

# Debian 13 compiles with an error for C that g++ does not know.
for chat_source in $chat_sources; do
    chat_folder=`basename \`dirname $chat_source\``
    chat_object=$NGX_OBJS/addon/$chat_folder/`basename $chat_source .cpp`.o
    cat << END >> $NGX_MAKEFILE

$chat_object: CFLAGS := \$(filter-out -Werror=implicit-function-declaration,\$(CFLAGS)) $chat_cflags
END
done
