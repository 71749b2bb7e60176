#pragma once

namespace im {

/// Deleter of a C library's object: std::unique_ptr<X509, Freed<X509_free>>. Takes no room in the pointer.
template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

}  // namespace im
