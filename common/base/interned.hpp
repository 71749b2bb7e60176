#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_set.hpp>

namespace im {

/// A value that many have in common and nobody changes: equal ones are one object, counted by its holders and gone with
/// the last. A holder costs 8 bytes. For few distinct values with many holders: each distinct one costs its size and
/// some 40 bytes. Any thread; making one takes a lock for a look into a table, copying and reading take none.
/// T: equality, and a hash known to boost::hash.
template <class T>
class Interned {
 public:
  Interned() = default;  ///< holds nothing
  Interned(std::nullptr_t) {}
  explicit Interned(T value) : node_(find_or_make(std::move(value))) {}
  Interned(const Interned& other) : node_(other.node_) {
    if (node_ != nullptr) node_->holders.fetch_add(1, std::memory_order_relaxed);
  }
  Interned(Interned&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Interned& operator=(Interned other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~Interned() {
    if (node_ != nullptr) let_go(node_);
  }

  explicit operator bool() const { return node_ != nullptr; }
  const T& operator*() const { return node_->value; }
  const T* operator->() const { return &node_->value; }
  friend bool operator==(const Interned& one, const Interned& other) { return one.node_ == other.node_; }

  /// Distinct values that are held in this process.
  static std::size_t distinct() {
    const std::lock_guard lock(table().mutex);
    return table().nodes.size();
  }

 private:
  struct Node {
    std::atomic<std::uint32_t> holders;
    const T value;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(const T& value) const { return boost::hash<T>{}(value); }
    std::size_t operator()(const Node* node) const { return (*this)(node->value); }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const T& value, const Node* node) const { return value == node->value; }
    bool operator()(const Node* node, const T& value) const { return value == node->value; }
    bool operator()(const Node* one, const Node* other) const { return one->value == other->value; }
  };
  struct Table {
    std::mutex mutex;
    boost::unordered_flat_set<Node*, Hash, Equal> nodes;
  };
  /// Never destroyed: who holds a value may live longer than any order of destruction promises.
  static Table& table() {
    static Table* const kept = new Table;
    return *kept;
  }

  static Node* find_or_make(T value) {
    Table& table = Interned::table();
    const std::lock_guard lock(table.mutex);
    if (const auto found = table.nodes.find(value); found != table.nodes.end()) {
      (*found)->holders.fetch_add(1, std::memory_order_relaxed);
      return *found;
    }
    Node* const node = new Node{{1}, std::move(value)};
    table.nodes.insert(node);
    return node;
  }

  /// The last holder goes under the lock: what stands in the table has at least one.
  static void let_go(Node* node) {
    for (std::uint32_t held = node->holders.load(std::memory_order_relaxed); held > 1;) {
      if (node->holders.compare_exchange_weak(held, held - 1, std::memory_order_release)) return;
    }
    Table& table = Interned::table();
    const std::lock_guard lock(table.mutex);
    if (node->holders.fetch_sub(1, std::memory_order_acq_rel) > 1) return;
    table.nodes.erase(table.nodes.find(node->value));
    delete node;
  }

  Node* node_ = nullptr;
};

using InternedText = Interned<std::string>;

/// Nothing is held for an empty text.
inline InternedText intern(std::string_view text) {
  return text.empty() ? InternedText() : InternedText(std::string(text));
}
inline const std::string& text_of(const InternedText& text) {
  static const std::string kEmpty;
  return text ? *text : kEmpty;
}

}  // namespace im
