# Third-party libraries, all from Debian. Each is linked by one library of ours only (see docs/architecture.md).
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)      # before gRPC: its config file expects the targets
find_package(gRPC CONFIG REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL 7.85 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(RDKAFKA REQUIRED IMPORTED_TARGET rdkafka)
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(ARGON2 REQUIRED IMPORTED_TARGET libargon2)
pkg_check_modules(GD REQUIRED IMPORTED_TARGET gdlib)
pkg_check_modules(MARIADB REQUIRED IMPORTED_TARGET libmariadb)
find_package(prometheus-cpp CONFIG REQUIRED COMPONENTS core)
if(IM_BUILD_TESTS)
  find_package(GTest REQUIRED)
endif()

set(IM_BOOST_DEFINITIONS BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_ALL_NO_LIB)
# Asio and Beast compiled once: halves the time of every file that includes them.
add_library(im_boost STATIC ${PROJECT_SOURCE_DIR}/cmake/boost_asio.cpp ${PROJECT_SOURCE_DIR}/cmake/boost_beast.cpp
            ${PROJECT_SOURCE_DIR}/cmake/boost_json.cpp ${PROJECT_SOURCE_DIR}/cmake/boost_url.cpp)
target_compile_features(im_boost PUBLIC cxx_std_20)
target_compile_definitions(im_boost PUBLIC ${IM_BOOST_DEFINITIONS})
target_link_libraries(im_boost PUBLIC Threads::Threads)
set_target_properties(im_boost PROPERTIES UNITY_BUILD OFF)  # four files to share the cores

# SOCI comes without a package file of its own. Its headers are not ours to mend: no warnings from them.
find_path(SOCI_INCLUDE soci/soci.h REQUIRED)
foreach(part core sqlite3 mysql)
  find_library(SOCI_${part} soci_${part} REQUIRED)
endforeach()
add_library(im_soci INTERFACE)
target_include_directories(im_soci SYSTEM INTERFACE ${SOCI_INCLUDE})
target_link_libraries(im_soci INTERFACE ${SOCI_mysql} ${SOCI_sqlite3} ${SOCI_core} PkgConfig::MARIADB)
