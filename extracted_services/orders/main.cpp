#include "extracted_services/orders/orders.hpp"

int main(int argc, char** argv) {
  return banyan::service::run_program(banyan::orders::definition(), argc, argv);
}
