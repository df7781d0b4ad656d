#include "extracted_services/inventory/inventory.hpp"

int main(int argc, char** argv) {
  return banyan::service::run_program(banyan::inventory::definition(), argc, argv);
}
