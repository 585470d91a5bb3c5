# language: id
Fitur: federation
  Dua server sejenis, A (yang diuji) dan B (server kedua), setelah addserver dan connect.
  Cara server saling berbicara tidak ada dalam spesifikasi dan tidak diperiksa.

  @FEDERATION-6 @belum-terhubung
  Aturan: Sebelum `connect`, `send user@B` adalah ERROR
    Skenario: sebelum terkoneksi
      Dengan server kedua yang sejenis
      Dan server kedua belum terkoneksi
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Ketika "budi" mengirim pesan "halo wati" kepada "wati"
      Maka hasilnya ERROR
      Dan inbox "wati" tidak memuat pesan itu

    Skenario: ditambahkan, tetapi belum terkoneksi
      Dengan server kedua yang sejenis
      Dan server kedua belum terkoneksi
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Ketika "budi" menambahkan server kedua
      Dan "budi" mengirim pesan "halo wati" kepada "wati"
      Maka hasilnya ERROR
      Dan inbox "wati" tidak memuat pesan itu

  @FEDERATION-1 @terhubung
  Aturan: `send user@B` di A sampai di kotak masuk user itu di B
    Skenario: pesan dari A sampai di B
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim pesan "halo wati" kepada "wati"
      Maka hasilnya OK
      Dan inbox "wati" memuat pesan itu

    Skenario: beberapa pesan berturut-turut
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim kepada "wati" pesan-pesan:
        | yang pertama |
        | yang kedua   |
        | yang ketiga  |
      Maka setiap result adalah OK
      Dan inbox "wati" memuat setiap pesan itu tepat satu kali

    Skenario: dua pesan dengan isi yang sama
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim kepada "wati" dua kali pesan: sudah sampai?
      Maka inbox "wati" memuat pesan itu dua kali

    Skenario: penerima di B masuk setelah pesan dikirim
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah terdaftar di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim pesan "untuk nanti" kepada "wati"
      Dan "wati" masuk
      Maka inbox "wati" memuat pesan itu

    @berulang
    Skenario: connect yang diulang tidak menggandakan pesan
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" menghubungi server kedua lagi
      Dan "budi" mengirim pesan "sekali saja" kepada "wati"
      Maka inbox "wati" memuat pesan itu tepat satu kali

    @berulang
    Skenario: menambahkan lagi server yang sudah terhubung tidak menghilangkan pesan
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" menambahkan server kedua
      Dan "budi" mengirim pesan "masih sampai?" kepada "wati"
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "wati" memuat pesan itu

    Skenario: connect yang gagal ke server lain tidak memutus yang sudah terhubung
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Dan server lain "timur" yang tidak mendengarkan
      Ketika "budi" menambahkan server "timur"
      Dan "budi" menghubungi server "timur"
      Dan "budi" mengirim pesan "masih sampai?" kepada "wati"
      Maka hasilnya OK
      Dan inbox "wati" memuat pesan itu

    @sebaliknya
    Skenario: setelah terhubung dari kedua arah, satu pesan tetap satu
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "wati" sudah terhubung dengan server pertama
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim pesan "sekali saja" kepada "wati"
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "wati" memuat pesan itu tepat satu kali

  @FEDERATION-2 @terhubung
  Aturan: Pesan sampai utuh di server lain
    Garis-Besar Skenario: <jenis>
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim kepada "wati" pesan: <isi>
      Maka hasilnya OK
      Dan inbox "wati" memuat pesan itu dengan utuh

      Contoh:
        | jenis         | isi                                          |
        | satu kata     | {kata}                                       |
        | kata perintah | send {kata}                                  |
        | beberapa kata | kita bertemu besok pagi, jangan lupa ya      |
        | tanda kutip   | katanya "nanti" lalu 'pergi'                 |
        | aksara lain   | Привет 你好 é 😀                             |
        | tanda baca    | a!b#c$d%e&f(g)h*i+j,k-l.m/n:o;p=q?r^s_t~u\|v |

    Skenario: spasi ganda, bila user di A pun menerimanya utuh
      Dengan server kedua yang sejenis
      Dan user "budi" dan "tono" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim kepada "tono" pesan: jarak  dua   tiga
      Tetapi jika pesan itu tidak sampai dengan utuh di inbox "tono", skenario ini selesai
      Ketika "budi" mengirim kepada "wati" pesan: jarak  dua   tiga
      Maka inbox "wati" memuat pesan itu dengan utuh

    Skenario: pesan yang panjang
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim pesan yang panjang kepada "wati"
      Maka hasilnya OK
      Dan inbox "wati" memuat pesan itu dengan utuh

    Skenario: pesan yang sangat panjang ditolak, atau sampai utuh
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim pesan yang sangat panjang kepada "wati"
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Maka inbox "wati" memuat pesan itu dengan utuh

  @FEDERATION-3 @terhubung
  Aturan: Pesan tidak sampai pada user lain, di A maupun di B
    Skenario: user lain di kedua server tidak menerima
      Dengan server kedua yang sejenis
      Dan user "budi" dan "tono" sudah masuk
      Dan user "wati" dan "agus" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim pesan "rahasia" kepada "wati"
      Maka inbox "wati" memuat pesan itu
      Dan inbox "tono" tidak memuat pesan itu
      Dan inbox "agus" tidak memuat pesan itu
      Dan inbox "budi" tidak memuat pesan itu

    Skenario: user di B dengan nama yang mirip tidak menerima
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "siti" dan "sitinur" sudah masuk di server kedua, nama yang kedua diawali nama yang pertama
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim pesan "rahasia" kepada "siti"
      Maka inbox "siti" memuat pesan itu
      Dan inbox "sitinur" tidak memuat pesan itu

    Skenario: user dengan nama yang sama di A tidak menerima
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan user "kembaran" sudah masuk, namanya sama dengan nama "wati"
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim pesan "rahasia" kepada "wati"
      Maka inbox "wati" memuat pesan itu
      Dan inbox "kembaran" tidak memuat pesan itu

    Skenario: yang tidak ada di B, tetapi ada di A, tidak menerima
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "kembaran" sudah masuk, namanya sama dengan nama "rina"
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim pesan "rahasia" kepada "rina" di server kedua
      Maka inbox "kembaran" tidak memuat pesan itu

  @FEDERATION-4 @terhubung
  Aturan: User yang tidak ada di B adalah ERROR bagi pengirim
    Skenario: penerima tidak ada di B
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim pesan "halo" kepada "rina" di server kedua
      Maka hasilnya ERROR

    Skenario: nama yang hanya awal dari nama seorang user di B
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim request: send {awal-alamat wati} halo
      Maka hasilnya ERROR

    Garis-Besar Skenario: nama server B <bentuk>
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim request: send {nama wati}@{<tempat>} halo
      Maka hasilnya ERROR

      Contoh:
        | bentuk                | tempat              |
        | tanpa huruf terakhir  | awal-server kedua   |
        | dengan huruf tambahan | lanjut-server kedua |

    Skenario: pesan kepada user yang belum ada di B tidak muncul kelak
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim pesan "halo" kepada "rina" di server kedua
      Maka hasilnya ERROR
      Ketika "rina" mendaftar dan masuk
      Maka inbox "rina" tidak memuat pesan itu

    Skenario: penerima file tidak ada di B
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan "budi" sudah terhubung dengan server kedua
      Tetapi jika tidak ada file milik server yang diketahui, skenario ini selesai
      Ketika "budi" mengirim file itu kepada "rina" di server kedua
      Maka hasilnya ERROR

    Skenario: dua user mengirim sekaligus, seorang kepada user yang tidak ada di B
      Dengan server kedua yang sejenis
      Dan user "budi" dan "tono" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim dua puluh pesan kepada "wati", selagi "tono" mengirim kepada "rina" di server kedua
      Maka jika ada pesan "budi" yang dijawab OK, semuanya OK, dan semua pesan "tono" ERROR

  @FEDERATION-5 @terhubung
  Aturan: `sendfile user@B` tampak di kotak masuk di B
    Skenario: file dari A tampak di B
      Dengan server kedua yang sejenis
      Dan server memiliki sebuah file
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim file itu kepada "wati"
      Maka hasilnya OK
      Dan inbox "wati" menyebut file itu

    Skenario: user lain di B tidak melihat nama file
      Dengan server kedua yang sejenis
      Dan server memiliki sebuah file
      Dan user "budi" sudah masuk
      Dan user "wati" dan "agus" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika "budi" mengirim file itu kepada "wati"
      Maka inbox "agus" tidak menyebut file itu

  @FEDERATION-7 @sebaliknya
  Aturan: Arah sebaliknya juga berfungsi, setelah B menambahkan dan terkoneksi ke A
    Skenario: pesan dari B sampai di A
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "wati" sudah terhubung dengan server pertama
      Ketika "wati" mengirim pesan "halo budi" kepada "budi"
      Maka hasilnya OK
      Dan inbox "budi" memuat pesan itu

  @FEDERATION-9 @terputus
  Aturan: Saat B hilang, A tetap melayani
    Skenario: A melayani user lain selagi B hilang
      Dengan server kedua yang sejenis
      Dan user "budi", "siti" dan "tono" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika server kedua hilang
      Dan "budi" mulai mengirim pesan "masih di sana?" kepada "wati"
      Dan "siti" mengirim pesan "di sini aman" kepada "tono"
      Maka hasilnya OK
      Dan "siti" tidak perlu menunggu "budi"
      Dan inbox "tono" memuat pesan itu
      Dan server tetap melayani

  @FEDERATION-8 @terputus
  Aturan: Saat B hilang, `send user@B` tidak menjawab OK
    Skenario: B hilang
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika server kedua hilang
      Dan "budi" mengirim pesan "masih di sana?" kepada "wati"
      Maka hasilnya bukan OK
      Ketika "budi" mengirim pesan "benar-benar hilang?" kepada "wati"
      Maka hasilnya bukan OK

  @FEDERATION-10 @terputus
  Aturan: Saat B kembali, `connect` baru berfungsi lagi
    Skenario: B kembali
      Dengan server kedua yang sejenis
      Dan user "budi" sudah masuk
      Dan user "wati" sudah masuk di server kedua
      Dan "budi" sudah terhubung dengan server kedua
      Ketika server kedua hilang
      Dan "budi" mengirim pesan "masih di sana?" kepada "wati"
      Dan "budi" menghubungi server kedua lagi
      Dan server kedua kembali
      Dan "budi" menghubungi server kedua lagi
      Dan "budi" mengirim pesan "selamat datang kembali" kepada "wati"
      Maka hasilnya OK
      Dan inbox "wati" memuat pesan itu
