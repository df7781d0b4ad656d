#include "analyzer/cli/cli.hpp"

#include <exception>
#include <iostream>

int main(int argc, char** argv) {
  try {
    return banyan::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << '\n';
    return 2;
  }
}
