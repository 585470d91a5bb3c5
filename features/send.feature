# language: id
Fitur: send
  TUJUAN: Mengirim pesan kepada user lain
  PARAMETER1: nama user dan id_servernya [user@id_server]
  PARAMETER2: pesan
  BERHASIL: status: OK, data: informasi bahwa pesan sudah terkirim
  GAGAL: status: ERROR, data: pesan kesalahan

  @SEND-1
  Aturan: `send` kepada user menghasilkan OK dan informasi bahwa pesan sudah terkirim
    Skenario: mengirim kepada user lain
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim pesan "halo siti" kepada "siti"
      Maka hasilnya OK dengan data yang terisi

  @SEND-2
  Aturan: `send` dengan parameter yang kurang adalah ERROR
    Garis-Besar Skenario: <yang kurang>
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request: <request>
      Maka hasilnya ERROR

      Contoh:
        | yang kurang     | request            |
        | tanpa parameter | send               |
        | tanpa pesan     | send {alamat siti} |

  @SEND-3
  Aturan: `send` sebelum `auth` adalah ERROR
    Skenario: tamu tidak dapat mengirim
      Dengan user "siti" sudah masuk
      Dan "tamu" terkoneksi tanpa masuk
      Ketika "tamu" mengirim pesan "halo siti" kepada "siti"
      Maka hasilnya ERROR

  @SEND-4
  Aturan: Pesan sampai di kotak masuk user yang dituju
    Skenario: penerima membaca pesannya
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim pesan "halo siti, apa kabar?" kepada "siti"
      Maka hasilnya OK
      Dan inbox "siti" memuat pesan itu

    Skenario: setelah permintaan yang ditolak, pesan berikutnya tetap sampai
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request: selamat pagi
      Dan "budi" mengirim pesan "tetap sampai" kepada "siti"
      Maka hasilnya OK
      Dan inbox "siti" memuat pesan itu

    Skenario: dua pesan kepada user yang sama
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim kepada "siti" pesan-pesan:
        | yang pertama |
        | yang kedua   |
      Maka inbox "siti" memuat semua pesan itu

    Skenario: dua user saling berkirim
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim pesan "halo siti" kepada "siti"
      Maka inbox "siti" memuat pesan itu
      Ketika "siti" mengirim pesan "halo juga" kepada "budi"
      Maka inbox "budi" memuat pesan itu

  @SEND-5
  Aturan: Pesan sampai utuh, dengan spasinya, sampai kata terakhir
    Garis-Besar Skenario: <jenis>
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim pesan "<isi>" kepada "siti"
      Maka hasilnya OK
      Dan inbox "siti" memuat pesan itu dengan utuh

      Contoh:
        | jenis          | isi                                                         |
        | satu kata      | {kata}                                                      |
        | kata perintah  | send {kata}                                                 |
        | beberapa kata  | halo siti, apa kabar?                                       |
        | kalimat panjang | besok kita bertemu jam tujuh pagi di depan kelas, jangan lupa membawa buku catatan yang kemarin kamu pinjam |
        | kata perintah di dalamnya | lalu ketik inbox dan logout                      |

  @SEND-6
  Aturan: Pesan tidak sampai di kotak masuk user lain
    Skenario: user ketiga tidak menerima
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Ketika "budi" mengirim pesan "rahasia" kepada "siti"
      Maka inbox "siti" memuat pesan itu
      Dan inbox "tono" tidak memuat pesan itu

    Skenario: pengirimnya sendiri pun tidak menerima
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Ketika "budi" mengirim pesan "rahasia" kepada "siti"
      Maka inbox "siti" memuat pesan itu
      Dan inbox "budi" tidak memuat pesan itu

    Skenario: user dengan nama yang mirip tidak menerima
      Dengan user "budi" sudah masuk
      Dan user "siti" dan "sitinur" sudah masuk, nama yang kedua diawali nama yang pertama
      Ketika "budi" mengirim pesan "rahasia" kepada "siti"
      Maka inbox "siti" memuat pesan itu
      Dan inbox "sitinur" tidak memuat pesan itu

  @SEND-7
  Aturan: User yang dituju tidak perlu sedang terkoneksi
    Skenario: penerima masuk setelah pesan dikirim
      Dengan user "budi" sudah masuk
      Dan user "siti" sudah terdaftar
      Ketika "budi" mengirim pesan "untuk nanti" kepada "siti"
      Maka hasilnya OK
      Ketika "siti" masuk
      Maka inbox "siti" memuat pesan itu

    Skenario: penerima pernah masuk, lalu keluar
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "siti" keluar
      Dan "budi" mengirim pesan "untuk nanti" kepada "siti"
      Maka hasilnya OK
      Ketika "siti" masuk
      Maka inbox "siti" memuat pesan itu

    Skenario: penerima pernah masuk, lalu koneksinya putus
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "siti" memutus koneksi
      Dan "budi" mengirim pesan "untuk nanti" kepada "siti"
      Maka hasilnya OK
      Ketika "siti" masuk
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "siti" memuat pesan itu

  @SEND-8
  Aturan: User yang tidak dikenal adalah ERROR
    Skenario: penerima tidak pernah terdaftar
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim pesan "halo" kepada "rina"
      Maka hasilnya ERROR

    Skenario: nama yang hanya awal dari nama seorang user
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request: send {awal-alamat siti} halo
      Maka hasilnya ERROR

    Garis-Besar Skenario: <jenis>
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim request: send <nama>@{server ini} halo
      Maka hasilnya ERROR

      Contoh:
        | jenis                           | nama        |
        | nama bawaan bahasa pemrograman  | constructor |
        | tanpa nama                      |             |

  @SEND-9
  Aturan: Server yang tidak dikenal adalah ERROR
    Skenario: nama server tidak pernah ditambahkan
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim pesan "halo" kepada "siti" di server "entah"
      Maka hasilnya ERROR

    Garis-Besar Skenario: nama server ini <bentuk>
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request: send {nama siti}@{<tempat>} halo
      Maka hasilnya ERROR

      Contoh:
        | bentuk                | tempat           |
        | tanpa huruf terakhir  | awal-server ini  |
        | dengan huruf tambahan | lanjut-server ini |

  @SEND-10
  Aturan: `send` yang ditolak tidak mengantarkan apa pun
    Skenario: pesan dari tamu tidak sampai
      Dengan user "budi" dan "siti" sudah masuk
      Dan "tamu" terkoneksi tanpa masuk
      Ketika "tamu" mengirim pesan "halo siti" kepada "siti"
      Maka hasilnya ERROR
      Dan inbox "siti" tidak memuat pesan itu

    Skenario: pesan ke server yang tidak dikenal tidak sampai di sini
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim pesan "halo" kepada "siti" di server "entah"
      Maka hasilnya ERROR
      Dan inbox "siti" tidak memuat pesan itu

    Skenario: pesan kepada user yang belum ada tidak muncul kelak
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim pesan "halo" kepada "rina"
      Maka hasilnya ERROR
      Ketika "rina" mendaftar dan masuk
      Maka inbox "rina" tidak memuat pesan itu

    Skenario: pesan setelah logout tidak sampai
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" keluar
      Dan "budi" mengirim pesan "masih ada?" kepada "siti"
      Maka hasilnya ERROR, atau koneksinya ditutup
      Dan inbox "siti" tidak memuat pesan itu

    Skenario: pesan kepada user yang tidak dikenal tidak kembali ke pengirimnya
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim pesan "halo" kepada "rina"
      Maka hasilnya ERROR
      Dan inbox "budi" tidak memuat pesan itu

  @SEND-11
  Aturan: Pesan sampai tepat satu kali
    Skenario: satu pesan, satu kali
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim pesan "sekali saja" kepada "siti"
      Maka inbox "siti" memuat pesan itu tepat satu kali

    Skenario: dua pesan, masing-masing satu kali
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim kepada "siti" pesan-pesan:
        | yang pertama |
        | yang kedua   |
      Maka inbox "siti" memuat setiap pesan itu tepat satu kali

    Skenario: dua pesan dengan isi yang sama
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim kepada "siti" dua kali pesan: sudah sampai?
      Maka inbox "siti" memuat pesan itu dua kali

    Skenario: dua pesan dengan isi yang sama, yang kedua setelah yang pertama dibaca
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim kepada "siti" pesan: sudah sampai?
      Maka inbox "siti" memuat pesan itu
      Ketika "budi" mengirim isi yang sama kepada "siti"
      Maka inbox "siti" memuat pesan itu dua kali

    Skenario: dua pengirim dengan isi yang sama
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Ketika "budi" mengirim kepada "siti" pesan: sudah sampai?
      Dan "tono" mengirim isi yang sama kepada "siti"
      Maka inbox "siti" memuat pesan itu dua kali

    Skenario: penerima yang tidak sedang terkoneksi
      Dengan user "budi" sudah masuk
      Dan user "siti" sudah terdaftar
      Ketika "budi" mengirim pesan "untuk nanti" kepada "siti"
      Dan "siti" masuk
      Maka inbox "siti" memuat pesan itu tepat satu kali

    Skenario: penerima yang masuk di dua koneksi
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "lagi" masuk sebagai "siti" di koneksi lain
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Ketika "budi" mengirim pesan "sekali saja" kepada "siti"
      Maka inbox "lagi" memuat pesan itu tepat satu kali

  @SEND-12
  Aturan: Kotak masuk menampilkan nama pengirim
    Skenario: pesan dari dua pengirim disertai nama masing-masing
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Ketika "budi" mengirim pesan "dari budi" kepada "siti"
      Maka inbox "siti" menyebut "budi" sebagai pengirim pesan itu
      Ketika "tono" mengirim pesan "dari tono" kepada "siti"
      Maka inbox "siti" menyebut "tono" sebagai pengirim pesan itu

    Skenario: setelah auth yang gagal, pengirim tetap user yang masuk
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Ketika "budi" mengirim request: auth {nama siti} Salah77x
      Tetapi jika permintaan itu tidak ditolak, skenario ini selesai
      Ketika "budi" mengirim pesan "dari budi" kepada "tono"
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "tono" menyebut "budi" sebagai pengirim pesan itu

    Skenario: setelah berganti user, pengirim adalah user yang baru masuk
      Dengan user "budi" dan "tono" sudah masuk
      Dan user "siti" sudah terdaftar
      Ketika "budi" keluar
      Dan "budi" mengirim request: auth {nama siti} {password siti}
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Ketika "budi" mengirim pesan "dari siti" kepada "tono"
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "tono" menyebut "siti" sebagai pengirim pesan itu

    Skenario: pengirim yang sudah keluar tetap disebut
      Dengan user "budi", "siti" dan "tono" sudah masuk
      Ketika "budi" mengirim pesan "dari budi" kepada "siti"
      Dan "budi" keluar
      Maka inbox "siti" menyebut "budi" sebagai pengirim pesan itu

    Skenario: setelah berganti user, pesan sebelumnya tetap dari pengirimnya
      Dengan user "budi" dan "tono" sudah masuk
      Dan user "siti" sudah terdaftar
      Ketika "budi" mengirim pesan "dari budi" kepada "tono"
      Dan "budi" mengirim request: auth {nama siti} {password siti}
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "tono" menyebut "budi" sebagai pengirim pesan itu

    @terhubung
    Skenario: pesan dari server lain disertai nama pengirimnya
      Dengan user "budi" dan "tono" sudah masuk
      Tetapi jika tidak ada server kedua yang terhubung dengan "budi", skenario ini selesai
      Dengan user "wati" sudah masuk di server kedua
      Ketika "tono" mengirim pesan "dari tono" kepada "wati"
      Tetapi jika pesan itu tidak sampai di inbox "wati", skenario ini selesai
      Maka inbox "wati" menyebut "tono" sebagai pengirim pesan itu

  @SEND-13
  Aturan: Pesan dari satu pengirim tetap berurutan
    Skenario: lima pesan berturut-turut
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim kepada "siti" pesan-pesan:
        | yang pertama |
        | yang kedua   |
        | yang ketiga  |
        | yang keempat |
        | yang kelima  |
      Maka inbox "siti" memuat semua pesan itu dengan urutan tetap

    Skenario: banyak pesan berturut-turut
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim kepada "siti" tiga puluh pesan
      Maka inbox "siti" memuat semua pesan itu dengan urutan tetap

    Skenario: urutan yang sama setiap kali dibaca
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim kepada "siti" pesan-pesan:
        | yang pertama |
        | yang kedua   |
        | yang ketiga  |
      Maka inbox "siti" memuat semua pesan itu
      Ketika "siti" membaca inbox
      Dan "siti" membaca inbox
      Maka inbox "siti" memuat semua pesan itu dengan urutan tetap

    @terhubung
    Skenario: pesan-pesan ke server lain tetap berurutan
      Dengan user "budi" sudah masuk
      Tetapi jika tidak ada server kedua yang terhubung dengan "budi", skenario ini selesai
      Dengan user "wati" sudah masuk di server kedua
      Ketika "budi" mengirim kepada "wati" pesan-pesan:
        | yang pertama |
        | yang kedua   |
        | yang ketiga  |
        | yang keempat |
        | yang kelima  |
      Tetapi jika pesan itu tidak sampai di inbox "wati", skenario ini selesai
      Maka inbox "wati" memuat semua pesan itu dengan urutan tetap

  @SEND-14
  Aturan: Isi teks tidak berubah: juga Unicode, spasi ganda, dan karakter khusus JSON
    Garis-Besar Skenario: <jenis>
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim kepada "siti" pesan: <isi>
      Maka hasilnya OK
      Dan inbox "siti" memuat pesan itu dengan utuh

      Contoh:
        | jenis                   | isi                                   |
        | spasi ganda             | jarak  dua   tiga                     |
        | huruf besar dan kecil   | Halo SITI, aPa KaBaR?                 |
        | tanda kutip             | kata "siti" dan 'budi'                |
        | di dalam tanda kutip    | "{kata} apa kabar?"                   |
        | tanda baca              | a!b#c$d%e&f(g)h*i+j,k-l.m/n:o;p=q?r^s_t~u\|v |
        | garis miring terbalik   | jalur C:\\temp\\n dan \\u0041          |
        | JSON                    | {"status": "OK", "data": ["x"]}       |
        | tanda alamat dan daftar | tanya budi@sana, siti, [tono]; ok?    |
        | HTML                    | <b>tebal</b> &amp; & lain             |
        | tanda format            | 100% %s %d {0} $HOME `ls`             |
        | tanda persen            | 100%25 %41+b %20                      |
        | angka saja              | {angka}                               |
        | angka desimal           | {desimal}                             |
        | tanda komentar          | kamar #2 # lantai 3 // kiri -- sana /* ya */ |
        | titik di akhir          | sudah {kata}, ya?...                  |
        | aksen yang terpisah     | café niño                           |
        | huruf beraksen          | é è ñ ü ß ø                           |
        | aksara lain             | Привет 你好 مرحبا                     |
        | huruf yang bergabung    | 👨‍👩‍👧 क्‍ष می‌خواهم                    |
        | emoji                   | 😀👋🏽🇮🇩🎉😀👋🏽🇮🇩🎉😀👋🏽🇮🇩🎉                             |

    Skenario: tab
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim kepada "siti" pesan: kiri{tab}kanan
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "siti" memuat pesan itu dengan utuh

  @SEND-15
  Aturan: User dapat mengirim kepada dirinya sendiri
    Skenario: catatan untuk diri sendiri
      Dengan user "budi" sudah masuk
      Ketika "budi" mengirim pesan "jangan lupa" kepada "budi"
      Maka hasilnya OK
      Dan inbox "budi" memuat pesan itu tepat satu kali

  @SEND-16
  Aturan: Teks sepanjang 4 KiB sampai utuh
    Skenario: pesan yang sangat panjang
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim pesan yang sangat panjang kepada "siti"
      Maka hasilnya OK
      Dan inbox "siti" memuat pesan itu dengan utuh

    Skenario: pesan yang sangat panjang dalam aksara lain
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim kepada "siti" dua pesan yang sangat panjang dalam aksara lain
      Maka inbox "siti" memuat pesan itu dengan utuh

    Skenario: pesan yang lebih panjang lagi ditolak, atau sampai utuh
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim pesan sepanjang tujuh KiB kepada "siti"
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "siti" memuat pesan itu dengan utuh
