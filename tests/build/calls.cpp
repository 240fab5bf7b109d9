// Loaded ahead of the C library (LD_PRELOAD), it counts what a process and those that it forks ask
// for: in the file that CALLS_FILE names, as the numbers of Calls in their order.

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

struct Calls {
  std::atomic<std::uint64_t> reads;        // of a socket or file
  std::atomic<std::uint64_t> writes;       // to one
  std::atomic<std::uint64_t> allocations;  // of memory
  std::atomic<std::uint64_t> nodelays;     // TCP_NODELAY switched on
};

Calls before_file{};  // allocations come before there is a file
Calls* calls = &before_file;

__attribute__((constructor)) void map_file() {
  const char* name = std::getenv("CALLS_FILE");
  const int fd = name == nullptr ? -1 : open(name, O_RDWR | O_CLOEXEC);
  if (fd == -1 || ftruncate(fd, sizeof(Calls)) == -1) std::abort();
  void* file = mmap(nullptr, sizeof(Calls), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (file == MAP_FAILED) std::abort();
  close(fd);
  calls = static_cast<Calls*>(file);
}

}  // namespace

extern "C" {

void* c_library_malloc(std::size_t size) __asm__("__libc_malloc");
void* c_library_calloc(std::size_t count, std::size_t size) __asm__("__libc_calloc");
void* c_library_realloc(void* memory, std::size_t size) __asm__("__libc_realloc");
void* c_library_memalign(std::size_t alignment, std::size_t size) __asm__("__libc_memalign");

void* malloc(std::size_t size) noexcept {
  ++calls->allocations;
  return c_library_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) noexcept {
  ++calls->allocations;
  return c_library_calloc(count, size);
}

void* realloc(void* memory, std::size_t size) noexcept {
  ++calls->allocations;
  return c_library_realloc(memory, size);
}

int posix_memalign(void** memory, std::size_t alignment, std::size_t size) noexcept {
  ++calls->allocations;
  *memory = c_library_memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}

ssize_t recv(int fd, void* buffer, std::size_t size, int flags) {
  ++calls->reads;
  return syscall(SYS_recvfrom, fd, buffer, size, flags, nullptr, nullptr);
}

ssize_t read(int fd, void* buffer, std::size_t size) {
  ++calls->reads;
  return syscall(SYS_read, fd, buffer, size);
}

ssize_t readv(int fd, const iovec* parts, int count) {
  ++calls->reads;
  return syscall(SYS_readv, fd, parts, count);
}

ssize_t send(int fd, const void* bytes, std::size_t size, int flags) {
  ++calls->writes;
  return syscall(SYS_sendto, fd, bytes, size, flags, nullptr, 0);
}

ssize_t write(int fd, const void* bytes, std::size_t size) {
  ++calls->writes;
  return syscall(SYS_write, fd, bytes, size);
}

ssize_t writev(int fd, const iovec* parts, int count) {
  ++calls->writes;
  return syscall(SYS_writev, fd, parts, count);
}

int setsockopt(int fd, int level, int name, const void* value, socklen_t size) noexcept {
  const bool on = size == sizeof(int) && *static_cast<const int*>(value) != 0;
  if (level == IPPROTO_TCP && name == TCP_NODELAY && on) ++calls->nodelays;
  return static_cast<int>(syscall(SYS_setsockopt, fd, level, name, value, size));
}

}  // extern "C"
