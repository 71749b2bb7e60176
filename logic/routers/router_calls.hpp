#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>

#include "common/base/scheduler.hpp"
#include "common/base/when_all.hpp"
#include "common/routers/router_map.hpp"
#include "common/rpc/call.hpp"
#include "im/calls.grpc.pb.h"
#include "im/kv.grpc.pb.h"
#include "im/presence.grpc.pb.h"
#include "im/router.grpc.pb.h"

namespace im::logic {

/// Calls to the router that has a slot. Any thread. A call that meets no owner, a former one or a router that is gone
/// is made again at the next one until the deadline: slots move within some hundred ms, or a router lease at the worst.
class RouterCalls {
 public:
  using Async = im::router::Router::StubInterface::async_interface;
  using KvAsync = im::router::Kv::StubInterface::async_interface;
  using CallsAsync = im::calls::Calls::StubInterface::async_interface;
  using WatchersAsync = im::presence::Watchers::StubInterface::async_interface;
  /// A call of any of the services.
  template <class Request, class Reply, class Service = Async>
  using Method = void (Service::*)(grpc::ClientContext*, const Request*, Reply*, std::function<void(grpc::Status)>);
  template <class Reply>
  using Done = std::function<void(Result<Reply>)>;

  RouterCalls(routers::RouterMap& map, Scheduler& scheduler, std::chrono::milliseconds deadline,
              routers::Way way = routers::Way::kBulk)
      : map_(map), scheduler_(scheduler), deadline_(deadline), way_(way) {}

  routers::RouterMap& map() { return map_; }
  Scheduler& scheduler() { return scheduler_; }
  std::chrono::milliseconds deadline() const { return deadline_; }

  /// To the owner of a slot, with repetition. Requests must bear being made twice. `gone` (may be empty): nobody wants
  /// it any more, asked before each attempt and never after `done`.
  template <class Reply, class Request, class Service>
  void to_owner(std::size_t slot, Request request, Method<Request, Reply, Service> method, Done<Reply> done,
                std::function<bool()> gone = {}) {
    using State = Repeated<Request, Reply, Service>;
    attempt(std::make_shared<State>(
        State{slot, std::move(request), method, std::move(done), scheduler_.now() + deadline_, std::move(gone)}));
  }

  /// To one router, once.
  template <class Reply, class Request, class Service>
  void to_router(int index, Request request, Method<Request, Reply, Service> method, std::chrono::milliseconds deadline,
                 Done<Reply> done) {
    const auto stubs = stubs_of(index);
    if (!stubs) return done(Error{Error::Code::kUnavailable, "no router has this slot"});
    rpc::call<Reply>(
        std::move(request), deadline,
        [stubs, method](grpc::ClientContext* context, const Request* ask, Reply* reply,
                        std::function<void(grpc::Status)> finish) {
          if constexpr (std::is_same_v<Service, Async>) {
            (stubs->router->async()->*method)(context, ask, reply, std::move(finish));
          } else if constexpr (std::is_same_v<Service, CallsAsync>) {
            (stubs->calls->async()->*method)(context, ask, reply, std::move(finish));
          } else if constexpr (std::is_same_v<Service, WatchersAsync>) {
            (stubs->watchers->async()->*method)(context, ask, reply, std::move(finish));
          } else {
            (stubs->kv->async()->*method)(context, ask, reply, std::move(finish));
          }
        },
        [stubs, done = std::move(done)](Result<Reply> reply) { done(std::move(reply)); });
  }

  /// The call may be carried out all the same, now or later.
  static bool unsure(const Error& error) {
    return error.code == Error::Code::kTimeout || error.code == Error::Code::kUnavailable ||
           error.code == Error::Code::kInternal;
  }

  static bool moved(const Error& error) {
    return error.code == Error::Code::kNotOwner || error.code == Error::Code::kUnavailable;
  }

 private:
  static constexpr std::chrono::milliseconds kAgain{50};
  template <class Request, class Reply, class Service>
  struct Repeated {
    std::size_t slot;
    Request request;
    Method<Request, Reply, Service> method;
    Done<Reply> done;
    TimePoint until;
    std::function<bool()> gone;
  };

  struct Stubs {
    std::unique_ptr<im::router::Router::StubInterface> router;
    std::unique_ptr<im::router::Kv::StubInterface> kv;
    std::unique_ptr<im::calls::Calls::StubInterface> calls;
    std::unique_ptr<im::presence::Watchers::StubInterface> watchers;
  };

  template <class Request, class Reply, class Service>
  void attempt(std::shared_ptr<Repeated<Request, Reply, Service>> state) {
    if (state->gone && state->gone()) {
      auto done = std::move(state->done);
      return done(Error{Error::Code::kUnavailable, "the client has left"});
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(state->until - scheduler_.now());
    Request copy = state->request;
    to_router<Reply>(map_.owner_index(state->slot), std::move(copy), state->method, std::max(left, kAgain),
                     [this, state](Result<Reply> reply) {
                       if (reply.ok() || !moved(reply.error()) || scheduler_.now() + kAgain >= state->until) {
                         auto done = std::move(state->done);
                         return done(std::move(reply));
                       }
                       map_.refresh();
                       scheduler_.post_after(kAgain, [this, state] { attempt(state); });
                     });
  }

  std::shared_ptr<Stubs> stubs_of(int index) {
    if (index < 0) return nullptr;
    const std::lock_guard lock(mutex_);
    auto& stubs = stubs_[index];
    if (!stubs) {
      const auto channel = map_.channel(index, way_);
      stubs =
          std::make_shared<Stubs>(Stubs{im::router::Router::NewStub(channel), im::router::Kv::NewStub(channel),
                                        im::calls::Calls::NewStub(channel), im::presence::Watchers::NewStub(channel)});
    }
    return stubs;
  }

  routers::RouterMap& map_;
  Scheduler& scheduler_;
  const std::chrono::milliseconds deadline_;
  const routers::Way way_;
  std::mutex mutex_;
  std::map<int, std::shared_ptr<Stubs>> stubs_;
};

}  // namespace im::logic
