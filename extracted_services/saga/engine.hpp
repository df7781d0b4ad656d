// The durable shell around advance(): loads a saga, lets the core decide, writes the new state together with
// the commands that go out, all in its caller's transaction. The courier sends them afterwards.
//
// Everything that takes a connection runs on the writer thread. There is one engine per database.
#pragma once
#include "extracted_services/courier/work.hpp"
#include "extracted_services/saga/advance.hpp"
#include "extracted_services/saga/participants.hpp"
#include "extracted_services/saga/saga_rows.hpp"
#include "extracted_services/service/fault.hpp"

#include <map>
#include <memory>

namespace banyan::saga {

class Engine : public courier::Work {
 public:
  // New sagas follow `definition`. Throws std::invalid_argument if it names what `participants` lacks.
  Engine(Definition definition, Participants participants);

  const Definition& definition() const { return definition_; }

  // Begins a saga; its first local steps are done when this returns. `input` is a JSON object.
  std::int64_t start(store::Connection& db, const std::string& subject, const boost::json::object& input,
                     const std::string& traceparent, Millis now);

  enum class Act { retry, compensate };
  // An operator's wish. An audit row is written whether it can be followed or not.
  service::Outcome<Instance> act(store::Connection& db, std::int64_t id, Act act, const std::string& who,
                                 const std::string& reason, Millis now);

  std::vector<courier::Parcel> due(store::Connection& db, Millis now, std::size_t limit) override;
  void answered(store::Connection& db, const courier::Parcel& parcel, const client::Result& result, Millis now,
                std::uint64_t random) override;
  std::optional<Millis> next(store::Connection& db) override;

 private:
  std::optional<std::string> handle(store::Connection& db, Instance& instance, const Event& event, Millis now);
  void guarded(store::Connection& db, std::int64_t id, Millis now, const Event& event);
  std::optional<Verdict> carry_out(store::Connection& db, const Instance& instance, const Definition& by,
                                   const Command& command);
  Verdict run_local(store::Connection& db, const Local& local, const Context& context);
  void queue(store::Connection& db, CommandRow row);
  void drop_settled(store::Connection& db, const Instance& instance, const State& before);
  const Definition& definition_of(store::Connection& db, const Instance& instance);

  const Definition definition_;
  const Participants participants_;
  std::map<std::string, Definition> known_;  // by hash
  std::vector<CommandRow> unsaved_;          // only while a test has switched command_with_state off
};

}  // namespace banyan::saga
