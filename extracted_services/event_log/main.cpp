#include "extracted_services/event_log/banyan_log.hpp"

int main(int argc, char** argv) {
  return banyan::service::run_program(banyan::event_log::definition(), argc, argv);
}
