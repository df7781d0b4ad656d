# banyan_asio_uring and banyan_asio_epoll: Asio picks its event back end at compile time, so both exist.
foreach(side _uring _epoll)
  add_library(banyan_asio${side} STATIC ${CMAKE_SOURCE_DIR}/cmake/asio_beast.cpp)
  target_compile_definitions(banyan_asio${side} PUBLIC
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
  target_link_libraries(banyan_asio${side} PUBLIC
    banyan_flags Boost::headers Boost::json Boost::url OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
  target_precompile_headers(banyan_asio${side} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/asio_pch.hpp)
endforeach()
target_compile_definitions(banyan_asio_uring PUBLIC BOOST_ASIO_HAS_IO_URING BOOST_ASIO_DISABLE_EPOLL)
target_link_libraries(banyan_asio_uring PUBLIC ${BANYAN_URING})
