// The lock of memory that several processes share, whoever's it is.
#pragma once

#include <concepts>

namespace share {

// A view on whatever has lock() and unlock().
class Lock {
 public:
  template <typename Of>
  requires(!std::same_as<Of, Lock>) Lock(Of& of)
      : of_(&of),
        lock_([](void* of) { static_cast<Of*>(of)->lock(); }),
        unlock_([](void* of) { static_cast<Of*>(of)->unlock(); }) {}

  void lock() { lock_(of_); }
  void unlock() { unlock_(of_); }

 private:
  void* of_;
  void (*lock_)(void*);
  void (*unlock_)(void*);
};

// Has the lock as long as it lives.
class Locked {
 public:
  explicit Locked(Lock& lock) : lock_(lock) { lock_.lock(); }
  ~Locked() { lock_.unlock(); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  Lock& lock_;
};

}  // namespace share
