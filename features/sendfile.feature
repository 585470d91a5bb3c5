# language: id
Fitur: sendfile
  TUJUAN: Mengirim file kepada sebuah user
  PARAMETER1: nama user dan id servernya [username@id_server]
  PARAMETER2: nama file
  BERHASIL: status: OK, data: informasi bahwa file sudah terkirim
  GAGAL: status: ERROR, data: pesan kesalahan

  @SENDFILE-1
  Aturan: File yang dimiliki server dapat dikirim: OK dan pesan
    Skenario: mengirim file yang ada
      Dengan server memiliki sebuah file
      Dan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim file itu kepada "siti"
      Maka hasilnya OK dengan data yang terisi

  @SENDFILE-2
  Aturan: `sendfile` dengan parameter yang kurang adalah ERROR
    Garis-Besar Skenario: <yang kurang>
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request: <request>
      Maka hasilnya ERROR

      Contoh:
        | yang kurang     | request                |
        | tanpa parameter | sendfile               |
        | tanpa nama file | sendfile {alamat siti} |

  @SENDFILE-3
  Aturan: `sendfile` sebelum `auth` adalah ERROR
    Skenario: tamu tidak dapat mengirim file
      Dengan server memiliki sebuah file
      Dan user "budi" dan "siti" sudah masuk
      Dan "tamu" terkoneksi tanpa masuk
      Ketika "tamu" mengirim file itu kepada "siti"
      Maka hasilnya ERROR
      Dan inbox "siti" tidak menyebut file itu

  @SENDFILE-4
  Aturan: Kotak masuk user yang dituju menyebut nama file
    Skenario: penerima melihat nama file
      Dengan server memiliki sebuah file
      Dan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim file itu kepada "siti"
      Maka hasilnya OK
      Dan inbox "siti" menyebut file itu

    Skenario: user lain tidak melihat nama file
      Dengan server memiliki sebuah file
      Dan user "budi", "siti" dan "tono" sudah masuk
      Ketika "budi" mengirim file itu kepada "siti"
      Maka inbox "siti" menyebut file itu
      Dan inbox "tono" tidak menyebut file itu

    Skenario: penerima masuk setelah file dikirim
      Dengan server memiliki sebuah file
      Dan user "budi" sudah masuk
      Dan user "siti" sudah terdaftar
      Ketika "budi" mengirim file itu kepada "siti"
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Ketika "siti" masuk
      Maka inbox "siti" menyebut file itu

    Skenario: file, di antara pesan-pesan
      Dengan server memiliki sebuah file
      Dan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim pesan "sebelum file" kepada "siti"
      Dan "budi" mengirim file itu kepada "siti"
      Tetapi jika permintaan itu ditolak, skenario ini selesai
      Ketika "budi" mengirim pesan "setelah file" kepada "siti"
      Maka inbox "siti" menyebut file itu

    Skenario: pengirimnya sendiri tidak menerima file
      Dengan server memiliki sebuah file
      Dan user "budi", "siti" dan "tono" sudah masuk
      Ketika "budi" mengirim file itu kepada "siti"
      Maka inbox "siti" menyebut file itu
      Dan inbox "budi" tidak menyebut file itu

    Skenario: file yang sama kepada dua user
      Dengan server memiliki sebuah file
      Dan user "budi", "siti" dan "tono" sudah masuk
      Ketika "budi" mengirim file itu kepada "siti"
      Dan "budi" mengirim file itu kepada "tono"
      Maka inbox "siti" menyebut file itu
      Dan inbox "tono" menyebut file itu

  @SENDFILE-5
  Aturan: Kotak masuk menampilkan pengirim file
    Skenario: penerima melihat siapa pengirimnya
      Dengan server memiliki sebuah file
      Dan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim file itu kepada "siti"
      Maka inbox "siti" menyebut "budi" sebagai pengirim file itu

    @terhubung
    Skenario: penerima di server lain pun melihat siapa pengirimnya
      Dengan server memiliki sebuah file
      Dan user "budi" dan "tono" sudah masuk
      Tetapi jika tidak ada server kedua yang terhubung dengan "budi", skenario ini selesai
      Dengan user "wati" sudah masuk di server kedua
      Ketika "tono" mengirim file itu kepada "wati"
      Tetapi jika file itu tidak sampai di inbox "wati", skenario ini selesai
      Maka inbox "wati" menyebut "tono" sebagai pengirim file itu

  @SENDFILE-6
  Aturan: User yang tidak dikenal adalah ERROR
    Skenario: penerima tidak pernah terdaftar
      Dengan server memiliki sebuah file
      Dan user "budi" sudah masuk
      Ketika "budi" mengirim file itu kepada "rina"
      Maka hasilnya ERROR
      Dan inbox "budi" tidak menyebut file itu

    Skenario: file kepada user yang belum ada tidak muncul kelak
      Dengan server memiliki sebuah file
      Dan user "budi" sudah masuk
      Ketika "budi" mengirim file itu kepada "rina"
      Maka hasilnya ERROR
      Ketika "rina" mendaftar dan masuk
      Maka inbox "rina" tidak menyebut file itu

    Skenario: nama yang hanya awal dari nama seorang user
      Dengan server memiliki sebuah file
      Dan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request: sendfile {awal-alamat siti} {file itu}
      Maka hasilnya ERROR

  @SENDFILE-7
  Aturan: Server yang tidak dikenal adalah ERROR
    Skenario: nama server tidak pernah ditambahkan
      Dengan server memiliki sebuah file
      Dan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim file itu kepada "siti" di server "entah"
      Maka hasilnya ERROR
      Dan inbox "siti" tidak menyebut file itu

    Garis-Besar Skenario: nama server ini <bentuk>
      Dengan server memiliki sebuah file
      Dan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request: sendfile {nama siti}@{<tempat>} {file itu}
      Maka hasilnya ERROR

      Contoh:
        | bentuk                | tempat           |
        | tanpa huruf terakhir  | awal-server ini  |
        | dengan huruf tambahan | lanjut-server ini |

  @SENDFILE-8
  Aturan: File yang tidak ada ditolak
    Skenario: file yang tidak pernah ada
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request: sendfile {alamat siti} {file yang tidak ada}
      Maka hasilnya ERROR
      Dan inbox "siti" tidak menyebut file itu

    Skenario: folder bukan file
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request: sendfile {alamat siti} .
      Maka hasilnya ERROR

  @SENDFILE-9
  Aturan: Nama file yang keluar dari area file ditolak
    Garis-Besar Skenario: <jenis>
      Dengan user "budi" dan "siti" sudah masuk
      Ketika "budi" mengirim request: sendfile {alamat siti} <nama>
      Maka hasilnya ERROR
      Dan inbox "siti" tidak menyebut file itu

      Contoh:
        | jenis               | nama                                 |
        | naik ke folder lain | ../../../../../../../../etc/passwd   |
        | titik ganda-ganda   | ....//....//....//....//....//....//etc/passwd |
        | lewat folder ini    | ./../../../../../../../etc/passwd    |
        | naik di tengah nama | x/../../../../../../../../etc/passwd |
        | folder di atasnya   | ..                                   |
        | garis miring terbalik | ..\\..\\..\\..\\..\\..\\..\\..\\etc\\passwd |
        | alamat mutlak       | /etc/passwd                          |
