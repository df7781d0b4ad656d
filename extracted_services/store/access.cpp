#include "extracted_services/store/access.hpp"

#include <future>
#include <memory>

namespace banyan::store {
namespace {

template <class Submit>
void wait_for(const Submit& submit, const Work& work) {
  auto finished = std::make_shared<std::promise<void>>();
  auto result = finished->get_future();
  const bool taken = submit(work, [finished](std::exception_ptr error) {
    if (error)
      finished->set_exception(error);
    else
      finished->set_value();
  });
  if (!taken) throw StoreError("the database has too much to do or is stopping");
  result.get();
}

}  // namespace

Access access_to(Store& store) {
  return {
      [&store](const Work& work) {
        wait_for([&](Work taken, Done done) { return store.read(std::move(taken), std::move(done)); }, work);
      },
      [&store](const Work& work) {
        wait_for([&](Work taken, Done done) { return store.write(std::move(taken), std::move(done)); }, work);
      }};
}

}  // namespace banyan::store
