#include "fault/power/images.hpp"

#include "base/check.hpp"
#include "crypto/file.hpp"

#include <algorithm>
#include <fstream>

namespace homeward::test {
namespace {

constexpr std::size_t file_size_max = 1U << 30U;

enum class Way : std::uint8_t { none, all, prefix, calls, sectors };

class Drawing {
  public:
    Drawing(const std::vector<Event>& events, std::size_t cut, Way way, std::mt19937_64& random)
        : events_(events), cut_(cut), way_(way), random_(random) {
        for (std::size_t i = 0; i < cut_; ++i) {
            if (events_[i].deed == Deed::sync) synced_[events_[i].file] = i;
            if (events_[i].deed == Deed::sync_folder) folder_synced_ = i;
        }
        prefix_ = std::uniform_int_distribution<std::size_t>(0, cut_)(random_);
        fills_ = coin();
    }

    Image draw() {
        for (std::size_t i = 0; i < cut_; ++i) {
            const Event& event = events_[i];
            switch (event.deed) {
                case Deed::write:
                    write(event, i < synced_[event.file], i);
                    break;
                case Deed::resize:
                    if (i < synced_[event.file] || is_there(i)) resize(event);
                    break;
                case Deed::create:
                case Deed::rename:
                case Deed::unlink:
                    name(event, i < folder_synced_ || is_there(i));
                    break;
                case Deed::sync:
                case Deed::sync_folder:
                case Deed::mark:
                    break;
            }
        }
        Image image;
        for (const auto& [name, file] : names_) image[name] = contents_[file];
        return image;
    }

  private:
    bool coin() { return (random_() & 1U) != 0; }

    // Whether something that was not synced is there.
    bool is_there(std::size_t at) {
        switch (way_) {
            case Way::none:
                return false;
            case Way::all:
                return true;
            case Way::prefix:
                return at < prefix_;
            case Way::calls:
            case Way::sectors:
                return coin();
        }
        return false;
    }

    void grow(Bytes& content, std::size_t size) {
        const std::size_t before = content.size();
        if (size <= before) return;
        content.resize(size);
        if (!fills_) return;
        for (std::size_t i = before; i < size; ++i) content[i] = std::byte(random_() & 0xffU);
    }

    void write(const Event& event, bool is_synced, std::size_t at) {
        auto& content = contents_[event.file];
        const auto bytes = bytes_of(event.bytes);
        const auto put = [&](std::size_t from, std::size_t to) {
            std::copy(
                bytes.begin() + static_cast<std::ptrdiff_t>(from),
                bytes.begin() + static_cast<std::ptrdiff_t>(to),
                content.begin() + static_cast<std::ptrdiff_t>(event.offset + from)
            );
        };
        const std::size_t end = event.offset + bytes.size();
        if (is_synced || way_ != Way::sectors) {
            if (!is_synced && !is_there(at)) return;
            if (content.size() < end) content.resize(end);
            put(0, bytes.size());
            return;
        }
        // The size is kept apart from the sectors.
        if (coin()) grow(content, end);
        for (std::size_t from = 0; from < bytes.size();) {
            const std::size_t room = sector_bytes - (event.offset + from) % sector_bytes;
            const std::size_t to = std::min(bytes.size(), from + room);
            if (coin()) {
                grow(content, event.offset + to);
                put(from, to);
            }
            from = to;
        }
    }

    void resize(const Event& event) { contents_[event.file].resize(event.offset); }

    // A file that was renamed may be there although its first name never was.
    void name(const Event& event, bool is_kept) {
        const auto zero = event.bytes.find('\0');
        const std::string first(event.bytes.substr(0, zero));
        if (event.deed == Deed::create) meant_[first] = event.file;
        if (event.deed == Deed::create && is_kept) names_[first] = event.file;
        if (event.deed == Deed::create) return;
        if (is_kept) names_.erase(first);
        if (event.deed != Deed::rename) return;
        const std::string second(event.bytes.substr(zero + 1));
        meant_[second] = meant_[first];
        if (is_kept) names_[second] = meant_[first];
    }

    const std::vector<Event>& events_;
    const std::size_t cut_;
    const Way way_;
    std::mt19937_64& random_;
    std::size_t prefix_ = 0;
    bool fills_ = false;
    std::map<std::uint32_t, std::size_t> synced_;
    std::size_t folder_synced_ = 0;
    std::map<std::uint32_t, Bytes> contents_;
    std::map<std::string, std::uint32_t> names_;
    /// The names as the program saw them.
    std::map<std::string, std::uint32_t> meant_;
};

}  // namespace

Image draw_image(const std::vector<Event>& events, std::size_t cut, std::mt19937_64& random) {
    check(cut <= events.size(), "the power goes within the trace");
    const auto way = static_cast<Way>(random() % 5);
    return Drawing(events, cut, way, random).draw();
}

Image whole_image(const std::vector<Event>& events) {
    std::mt19937_64 random;
    return Drawing(events, events.size(), Way::all, random).draw();
}

Image read_image(const std::filesystem::path& folder) {
    Image image;
    for (const auto& item : std::filesystem::directory_iterator(folder)) {
        const auto name = item.path().filename().string();
        if (item.path().string().find("-shm") != std::string::npos) continue;
        auto content = crypto::read_file(item.path(), file_size_max);
        check(content.has_value(), "the file can be read");
        image[name] = std::move(*content);
    }
    return image;
}

void write_image(const Image& image, const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    for (const auto& [name, content] : image) {
        std::ofstream out(folder / name, std::ios::binary);
        const auto text = text_of(content);
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        check(out.good(), "the image is written");
    }
}

}  // namespace homeward::test
