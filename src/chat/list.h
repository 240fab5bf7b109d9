// An intrusive doubly linked list: the links live in the elements, so that entering and leaving a
// queue allocates nothing, cannot fail, and takes the same time however long the queue is.
#pragma once

namespace chat {

// A base of whatever can stand in one list at a time.
struct Link {
  Link* prev = nullptr;
  Link* next = nullptr;
  bool is_linked() const { return next != nullptr; }
};

// The list owns nothing: an element must leave it before it is destroyed.
template <typename T>
class List {
 public:
  List() : ends_{&ends_, &ends_} {}
  List(const List&) = delete;
  List& operator=(const List&) = delete;

  bool empty() const { return ends_.next == &ends_; }

  void push_back(T& element) {
    Link& link = element;
    link.prev = ends_.prev;
    link.next = &ends_;
    link.prev->next = &link;
    ends_.prev = &link;
  }

  // REQUIRES: the element stands in a list.
  static void remove(T& element) {
    Link& link = element;
    link.prev->next = link.next;
    link.next->prev = link.prev;
    link.prev = link.next = nullptr;
  }

  T* front() { return empty() ? nullptr : static_cast<T*>(ends_.next); }
  T* after(T& element) { return element.next == &ends_ ? nullptr : static_cast<T*>(element.next); }

 private:
  Link ends_;
};

}  // namespace chat
