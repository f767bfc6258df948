#include "store/database.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/schema.hpp"

namespace homeward::store {
namespace {

using sqlite::FileConnection;

class FileEngine final : public Engine {
  public:
    FileEngine(std::filesystem::path file, const LogLimits& limits)
        : file_(std::move(file)), limits_(limits) {}

    Result<std::unique_ptr<Connection>> open_writer(Schema schema) override {
        auto connection = FileConnection::open(file_, FileConnection::Mode::writing, limits_);
        if (!connection) return Failure{connection.error()};
        if (auto done = sqlite::migrate(**connection, schema); !done) return Failure{done.error()};
        return std::unique_ptr<Connection>(std::move(*connection));
    }

    Result<std::unique_ptr<Connection>> open_reader() override {
        auto connection = FileConnection::open(file_, FileConnection::Mode::reading);
        if (!connection) return Failure{connection.error()};
        return std::unique_ptr<Connection>(std::move(*connection));
    }

  private:
    std::filesystem::path file_;
    LogLimits limits_;
};

}  // namespace

std::unique_ptr<Engine> file_engine(const std::filesystem::path& file, const LogLimits& limits) {
    return std::make_unique<FileEngine>(file, limits);
}

Result<std::unique_ptr<Connection>> open_for_reading(const std::filesystem::path& file) {
    auto connection = FileConnection::open(file, FileConnection::Mode::outside);
    if (!connection) return Failure{connection.error()};
    return std::unique_ptr<Connection>(std::move(*connection));
}

}  // namespace homeward::store
